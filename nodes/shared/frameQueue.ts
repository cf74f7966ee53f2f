/**
 * So many texts, or so many characters in them, may wait for the reader before the sender is asked
 * to pause: frames that repeat a long history are large.
 */
const MAX_WAITING = 256;
const MAX_CHARACTERS = 1024 * 1024;

/** A queue between events and a reader that takes its time. */
export interface Inbox {
	/** The texts in order of arrival; ends after `finish`. */
	texts: AsyncIterable<string>;
	/** How many texts have arrived that nobody has read. */
	waiting: () => number;
	push(text: string): void;
	finish(): void;
}

/** Makes an empty queue. `flow` is told when the sender should pause, and when it may go on. */
export function createInbox(flow: { pause(): void; resume(): void }): Inbox {
	let queue: string[] = [];
	let read = 0;
	let characters = 0;
	let finished = false;
	let paused = false;
	let wake = () => {};
	const waiting = () => queue.length - read;

	async function* texts(): AsyncGenerator<string> {
		for (;;) {
			while (waiting() > 0) yield next();
			if (finished) return;
			await new Promise<void>((resolve) => {
				wake = resolve;
			});
		}
	}

	function next(): string {
		const text = queue[read] as string;
		// What has been read must not be kept until all is.
		queue[read] = '';
		read += 1;
		characters -= text.length;
		if (read === queue.length) {
			queue = [];
			read = 0;
			if (paused) flow.resume();
			paused = false;
		}
		return text;
	}

	return {
		texts: texts(),
		waiting,
		push: (text) => {
			queue.push(text);
			characters += text.length;
			if (!paused && (waiting() >= MAX_WAITING || characters >= MAX_CHARACTERS)) {
				paused = true;
				flow.pause();
			}
			wake();
		},
		finish: () => {
			finished = true;
			wake();
		},
	};
}
