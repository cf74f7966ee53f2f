import type { Editor } from './editor';

export interface Box {
	name: string;
	isNote: boolean;
	x: number;
	y: number;
	width: number;
	height: number;
	/** For a note: how many pixels of its text do not fit into it. */
	hidden: number;
}

interface Rect {
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/** What is used here of a browser's element: the code below runs in the page. */
interface Part {
	childNodes: Iterable<{ nodeType: number; data?: string }>;
	scrollHeight: number;
	clientHeight: number;
	getAttribute(name: string): string | null;
	getBoundingClientRect(): Rect;
	checkVisibility(options: { opacityProperty: boolean }): boolean;
	querySelector(selector: string): Part | null;
	querySelectorAll(selector: string): Iterable<Part>;
}

/** Every node of the canvas with its label, and every note, in pixels of the screen. */
export async function boxesOf(editor: Editor): Promise<Box[]> {
	const nodes = editor.page.locator('[data-node-name][data-node-type]');
	return await nodes.evaluateAll((elements: Part[]) =>
		elements.map((element) => {
			const isNote = /stickyNote/.test(element.getAttribute('data-node-type') ?? '');
			const parts = [...element.querySelectorAll('*')];
			const texts = parts.filter(
				(part) =>
					[...part.childNodes].some(
						({ nodeType, data = '' }) => nodeType === 3 && data.trim() !== '',
					) && part.checkVisibility({ opacityProperty: true }),
			);
			const body = isNote ? element.querySelector('[data-test-id="sticky"]') : null;
			const shown = body ? [body] : [element, ...texts];
			const rects = shown.map((part) => part.getBoundingClientRect());
			const x = Math.min(...rects.map(({ left }) => left));
			const y = Math.min(...rects.map(({ top }) => top));
			const below = texts.map((part) => part.getBoundingClientRect().bottom);
			const bottom = Math.max(...rects.map((rect) => rect.bottom));
			return {
				name: element.getAttribute('data-node-name') ?? '',
				isNote,
				x,
				y,
				width: Math.max(...rects.map(({ right }) => right)) - x,
				height: bottom - y,
				hidden: body ? Math.max(0, ...below.map((end) => end - bottom)) : 0,
			};
		}),
	);
}

/** Pairs of boxes that lie on each other. */
export function overlaps(boxes: Box[]): string[] {
	return boxes.flatMap((one, index) =>
		boxes
			.slice(index + 1)
			.filter(
				(other) =>
					one.x < other.x + other.width &&
					other.x < one.x + one.width &&
					one.y < other.y + other.height &&
					other.y < one.y + one.height,
			)
			.map((other) => `${one.name} and ${other.name}`),
	);
}
