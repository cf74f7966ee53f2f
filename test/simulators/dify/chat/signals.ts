/** How a run can end. */
export type Outcome =
	| 'succeeded'
	| 'partial'
	| 'failed'
	| 'stopped'
	/** A reply was given without starting the workflow: annotation, input moderation. */
	| 'no-workflow'
	/** An exception around the run, told by an `error` event. */
	| 'error'
	/** The process that ran it is gone; nobody is told. */
	| 'killed';

/** Thrown inside a flow to end it. */
export class RunEnd extends Error {
	constructor(
		readonly outcome: Outcome,
		message = '',
		readonly error: { code: string; status: number } | null = null,
	) {
		super(message);
	}
}
