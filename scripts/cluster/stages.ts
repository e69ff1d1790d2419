import { parseAllDocuments, type Document } from 'yaml';

/**
 * Splits the manifests of an update into stages: first the database and all that is not a service, then one service
 * after the other. If everything was updated at once, a second shop would start beside the first, and the database
 * would elect a new primary while the machine is busiest.
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
