/** The command was not typed in a way that it can be run. Exit code 2. */
export class UsageError extends Error {
  readonly advice: string;

  constructor(problem: string, advice: string) {
    super(problem);
    this.name = 'UsageError';
    this.advice = advice;
  }
}
