/** Why one question cannot be taken over. Caught where the questions of a quiz are put together, and reported there. */
export class QuizProblem extends Error {
  override readonly name = 'QuizProblem';
}
