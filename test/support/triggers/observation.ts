import { setTimeout as delay } from 'node:timers/promises';
import type { N8nClient } from '../n8n/client';
import { waitFor } from '../n8n/wait';
import type { SavedWorkflow } from '../n8n/workflows';
import { activate, givenItems, saveTrigger } from './watch';
import type { World } from './worlds';

/** Long enough for several polls, milliseconds. */
const SETTLED_MS = 12_000;

/** An active trigger, and what it should have given so far. */
export class Observation {
	private readonly expected: string[] = [];

	private constructor(
		readonly world: World,
		readonly workflow: SavedWorkflow,
	) {}

	/** Activates a trigger on a world; fails when n8n does not activate it. */
	static async start(client: N8nClient, world: World, everySeconds?: number): Promise<Observation> {
		const workflow = await saveTrigger(client, world, undefined, everySeconds);
		const { triggers } = await activate(client, workflow);
		const bad = triggers.filter(({ status }) => status !== 'activated');
		if (bad.length > 0) throw new Error(`${world.event}: ${JSON.stringify(bad)}`);
		return new Observation(world, workflow);
	}

	/** Lets the event happen so many times. */
	async happen(times: number): Promise<void> {
		for (let i = 0; i < times; i++) this.expected.push(...(await this.world.happen()));
	}

	/** Waits until the trigger has given all that has happened. */
	async waitForAll(client: N8nClient, limitMs = 90_000): Promise<void> {
		let missing: string[] = [];
		await waitFor(
			async () => {
				const given = new Set(await this.given(client));
				missing = this.expected.filter((key) => !given.has(key));
				return missing.length === 0 ? true : undefined;
			},
			{
				what: `The end of the events of ${this.world.event}`,
				limitMs,
				everyMs: 1000,
				explain: () => `Missing: ${missing.join(', ')}`,
			},
		);
	}

	/** What was given more than once, or was never expected, also by the polls to come. */
	async surplus(client: N8nClient): Promise<string[]> {
		await delay(SETTLED_MS);
		const left = [...this.expected];
		return (await this.given(client)).filter((key) => {
			const at = left.indexOf(key);
			if (at >= 0) left.splice(at, 1);
			return at < 0;
		});
	}

	private async given(client: N8nClient): Promise<string[]> {
		const items = await givenItems(client, this.workflow.id);
		return items.map((item) => this.world.keyOf(item));
	}
}
