/** Whether Argo's types take the workflow that comes on standard input, and after what each of its tasks comes. */
import { text } from 'node:stream/consumers';
import { Workflow } from '@kubernetes-models/argo-workflows/argoproj.io/v1alpha1/Workflow';
import { parse } from 'yaml';

const workflow = parse(await text(process.stdin));
try {
  new Workflow(workflow).validate();
} catch (error) {
  console.log(error.message.replaceAll(', ', '\n'));
  process.exit(1);
}
console.log('Argo takes it');
const { entrypoint, templates } = workflow.spec;
const { tasks } = templates.find(({ name }) => name === entrypoint).dag;
for (const { name, dependencies } of tasks)
  console.log(dependencies ? `${name} after ${dependencies}` : name);
