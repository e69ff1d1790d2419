/** The tasks of turbo.json that are run together: once in every workspace, and those that are the repository's own. */
export const checks = {
  ofEveryWorkspace: ['build', 'lint'],
  ofTheRepository: [
    'types',
    'lint:root',
    'lint:fuzz',
    'format',
    'unused',
    'imports',
    'words',
    'links',
    'course',
  ],
};

export const unitTests = {
  ofEveryWorkspace: 'test:unit',
  ofTheRepository: ['test:scripts', 'test:lessons', 'test:k8s', 'test:tests'],
};
