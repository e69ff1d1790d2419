export { catalogue, type ProblemKind } from './catalogue.ts';
export { HttpProblem, type ProblemDetails, type ProblemOptions, type ValidationProblem } from './problem.ts';
export { problemMessage, problemResponse, sendProblem, type ProblemResponse } from './respond.ts';
