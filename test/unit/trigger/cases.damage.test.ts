import type { IDataObject } from 'n8n-workflow';

import { step } from './model/case';
import { conversationMessage } from './model/chatSteps';
import { USER } from './model/chats';
import { Clock } from './model/clock';
import { START_MS } from './model/history';
import { workflowLog } from './model/logSteps';
import { N8n } from './model/n8n';
import { feedback } from './model/ratingSteps';
import type { EventModel, Step } from './model/world';

afterEach(() => Clock.uninstall());

const EVENTS: Array<[EventModel, IDataObject, happen: (second: number) => Step]> = [
	[workflowLog, { event: 'workflowLog' }, (second) => step(second, 'runs')],
	[feedback, { event: 'feedback' }, (second) => step(second, 'rate')],
	[
		conversationMessage,
		{ event: 'conversationMessage', user: USER },
		(second) => step(second, 'talk', { fresh: 1 }),
	],
];

const DAMAGES: Array<[string, (value: number) => unknown]> = [
	['far too large', (value) => value * 1e6],
	['infinite', () => 1e308],
	['negative', (value) => -value],
	['missing', () => null],
];

describe.each(DAMAGES)('saved times that are %s', (_what, damage) => {
	it.each(EVENTS)('do not end the trigger (%#)', async (model, parameters, happen) => {
		const clock = new Clock(START_MS - 60_000);
		clock.install();
		const world = model.world(clock, { startFrom: 'now', ...parameters });
		const n8n = new N8n(clock, 1, { startFrom: 'now', ...parameters }, (path, query, method) =>
			world.serve(path, query, method),
		);
		const minute = async (second?: number) => {
			await clock.runUntil(clock.nowMs + 60_000);
			if (second !== undefined) world.apply(happen(second));
			await clock.runUntil(clock.nowMs + 1000);
			return await clock.runWhile(n8n.poll());
		};
		await minute(1);
		expect((await minute(2)).items).toHaveLength(1);
		n8n.damage(damage);
		await minute();
		await minute();
		const after = [await minute(3), await minute(), await minute()];
		expect(after.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
		expect(after.flatMap(({ items }) => items)).toHaveLength(1);
	});
});
