import { parseAllDocuments, type Document } from 'yaml';

/**
 * The manifests of a shop that is there already, in the order of its update: the database and all that is not a service
 * first, then one service after the other. All at once, an update of everything starts a second shop beside the first, and
 * the database elects new primaries just when the machine has least time for it.
 * @param manifests YAML documents.
 */
export function stagesOf(manifests: string): string[] {
  const documents = parseAllDocuments(manifests);
  const services = documents.filter(isService);
  const others = documents.filter((document) => !isService(document));
  return [others, ...services.map((service) => [service])].map((stage) => stage.map(asText).join('---\n'));
}

const isService = (document: Document): boolean =>
  document.get('kind') === 'Deployment' && document.getIn(['metadata', 'labels', 'tier']) === 'service';

const asText = (document: Document): string => document.toString({ directives: false });
