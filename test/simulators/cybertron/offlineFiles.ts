import { parseDirectives } from './directives';
import type { IdSource } from './ids';
import type { Form, UploadedFile } from './multipart';

/** The statuses of an offline file. */
export const FILE_STATUS = {
	uploading: 1,
	uploadFinished: 2,
	uploadFailed: 3,
	parsing: 4,
	parseFinished: 5,
	parseFailed: 6,
	flowSuccess: 7,
	flowFailed: 8,
} as const;

/** A file on its way through the offline flow. */
export interface OfflineFile {
	id: number;
	fileName: string;
	fields: Record<string, string>;
	upload?: UploadedFile;
	/** The statuses it passes through; the last one is final. */
	plan: number[];
	/** Position in the plan. */
	position: number;
	parseContent: string;
	llmContent: string;
	errorMessage: string;
	createdAt: number;
}

/** When files move on: after every poll, by time, or only by `advance`. */
export interface Progress {
	mode: 'poll' | 'time' | 'manual';
	/** For `time`: milliseconds per status. */
	stepMs: number;
}

/** What a test may say about a file that was never uploaded, or change in one. */
export type FileChange = Partial<
	Pick<
		OfflineFile,
		'fileName' | 'plan' | 'position' | 'parseContent' | 'llmContent' | 'errorMessage'
	>
>;

export interface OfflineFiles {
	progress: Progress;
	/** Takes an uploaded form and gives it an id. */
	add(form: Form): OfflineFile;
	create(change: FileChange): OfflineFile;
	change(id: number, change: FileChange): OfflineFile | undefined;
	/** Moves a file to the next status of its plan. */
	advance(id: number): OfflineFile | undefined;
	get(id: number): OfflineFile | undefined;
	list(): OfflineFile[];
	/** The `data` of 3.4.2; in poll mode the file moves on afterwards. */
	poll(id: number): object | undefined;
	clear(): void;
}

const JSON_CONTENT = '{"invoice_number": "INV-001", "total": 42.5, "confidence": 0.98}';

/** The spellings of `parse_content` seen in documents and on live servers. */
const CONTENTS: Record<string, string> = {
	fenced: `\`\`\`json\n${JSON_CONTENT}\n\`\`\``,
	json: JSON_CONTENT,
	repr: '[\'[{"text": "\\\\message1", "speaker_id": 0}, {"text": "\\\\message2", "speaker_id": 1}]\']',
	plain: 'The text of the file.',
	partial: '```json\n{"invoice_number": "INV-001", "tot',
	empty: '',
};

const ERRORS: Record<number, string> = {
	[FILE_STATUS.uploadFailed]: 'upload failed',
	[FILE_STATUS.parseFailed]: 'parse failed',
	[FILE_STATUS.flowFailed]: 'flow failed',
};

/** The statuses up to a final one. */
function planTo(last: number): number[] {
	const { uploadFinished, uploadFailed, parsing, parseFinished, parseFailed, uploading } =
		FILE_STATUS;
	if (last === uploadFailed) return [uploading, uploadFailed];
	if (last === parseFailed) return [uploading, uploadFinished, parsing, parseFailed];
	if (last <= parseFinished) {
		return [uploading, uploadFinished, parsing, parseFinished].filter((s) => s <= last);
	}
	return [uploading, uploadFinished, parsing, parseFinished, last];
}

function defaultContent(fileName: string): string {
	if (/\.(wav|mp3|m4a)$/i.test(fileName)) return 'repr';
	return /\.(txt|md)$/i.test(fileName) ? 'plain' : 'fenced';
}

/**
 * What becomes of an uploaded file: directives in its parse_prompt, inputs or name decide
 * (`#finish:8`, `#content:repr`); `extra_params: ocr` ends with status 8 although all is well.
 */
function fateOf(
	fields: Record<string, string>,
	fileName: string,
): Required<Omit<FileChange, 'position'>> {
	const directives = parseDirectives(
		[fields.parse_prompt, fields.inputs, fileName].filter(Boolean).join(' '),
	);
	const isOcr = fields.extra_params === 'ocr';
	const last = Number(directives.value('finish') ?? (isOcr ? 8 : 7));
	const failsBeforeFlow = last === FILE_STATUS.uploadFailed || last === FILE_STATUS.parseFailed;
	const chosen = directives.value('content') ?? defaultContent(fileName);
	return {
		fileName,
		plan: planTo(last),
		parseContent: failsBeforeFlow || fields.mode === '2' ? '' : (CONTENTS[chosen] ?? chosen),
		llmContent: last === FILE_STATUS.flowSuccess ? 'Summary of the file.' : '',
		errorMessage: ERRORS[last] ?? '',
	};
}

function statusOf(file: OfflineFile, progress: Progress): number {
	if (progress.mode === 'time') {
		const steps = Math.floor((Date.now() - file.createdAt) / progress.stepMs);
		file.position = Math.min(steps, file.plan.length - 1);
	}
	return file.plan[file.position] ?? FILE_STATUS.uploading;
}

/** The answer of 3.4.2: an empty array until there is content, a final error text only at the end. */
function statusData(file: OfflineFile, status: number): object {
	const isFinal = file.position >= file.plan.length - 1;
	const isParsed = status >= FILE_STATUS.parseFinished || (isFinal && file.parseContent !== '');
	return {
		file_id: file.id,
		status,
		error_msg: isFinal ? file.errorMessage : '',
		file_name: file.fileName,
		parse_content: isParsed && file.parseContent ? file.parseContent : [],
		llm_content: isFinal && file.llmContent ? file.llmContent : null,
	};
}

const initialProgress = (): Progress => ({ mode: 'poll', stepMs: 1000 });

/** Creates an empty store; ids are small growing integers. */
export function createOfflineFiles(ids: IdSource): OfflineFiles {
	const files = new Map<number, OfflineFile>();

	function store(file: Omit<OfflineFile, 'id' | 'position' | 'createdAt'>): OfflineFile {
		const stored = { id: ids.nextFileId(), position: 0, createdAt: Date.now(), ...file };
		files.set(stored.id, stored);
		return stored;
	}

	function change(id: number, changes: FileChange): OfflineFile | undefined {
		const file = files.get(id);
		return file && Object.assign(file, changes);
	}

	function advance(id: number): OfflineFile | undefined {
		const file = files.get(id);
		if (file) file.position = Math.min(file.position + 1, file.plan.length - 1);
		return file;
	}

	const offlineFiles: OfflineFiles = {
		progress: initialProgress(),
		add(form) {
			const [upload] = form.files;
			const fileName = form.fields.file_name || upload?.fileName || '';
			const fate = fateOf(form.fields, fileName);
			return store({ ...fate, fields: form.fields, ...(upload && { upload }) });
		},
		create(changes) {
			const file = store({ ...fateOf({}, changes.fileName ?? 'file.pdf'), fields: {} });
			return Object.assign(file, changes);
		},
		change,
		advance,
		get: (id) => files.get(id),
		list: () => [...files.values()],
		poll(id) {
			const file = files.get(id);
			if (!file) return undefined;
			const data = statusData(file, statusOf(file, offlineFiles.progress));
			if (offlineFiles.progress.mode === 'poll') advance(id);
			return data;
		},
		clear() {
			files.clear();
			offlineFiles.progress = initialProgress();
		},
	};
	return offlineFiles;
}
