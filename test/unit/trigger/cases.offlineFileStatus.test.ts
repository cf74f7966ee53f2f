import { play, step } from './model/case';
import { offlineFileStatus, UNKNOWN } from './model/files';
import { describe as textOf } from './model/history';

const files = (fileIds: string, parameters = {}) => ({
	event: 'offlineFileStatus',
	emitOn: 'change',
	fileIds,
	...parameters,
});

it('gives each change of a file once, and asks no more when it has ended', async () => {
	const steps = [step(30, 'work', { overMs: 200_000 })];
	const polls = Array.from({ length: 20 }, (_, i) => 60 + i * 60);
	const outcome = await play(offlineFileStatus, { parameters: files('7'), steps, polls });
	expect(outcome.problems).toEqual([]);
	expect(outcome.polls.at(-1)?.requests).toBe(0);
});

it('tells that an ID is wrong although other files answer', async () => {
	const parameters = files(`7, 8, ${UNKNOWN}`);
	const polls = Array.from({ length: 10 }, (_, i) => 60 + i * 60);
	const outcome = await play(offlineFileStatus, { parameters, steps: [], polls });
	const told = outcome.polls.flatMap(({ error }) => (error === undefined ? [] : [textOf(error)]));
	expect(told.length).toBeGreaterThan(0);
});
