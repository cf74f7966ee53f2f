import type { Locator, Page } from 'playwright-core';
import { Picker } from './picker';
import type { Push } from './push';

/** What the panel shows when the node failed. */
export interface ShownError {
	message: string;
	description: string;
}

const RUN_LIMIT_MS = 30_000;

/** The panel of one node: its fields in the middle, its output on the right. */
export class NodePanel {
	private readonly root: Locator;
	private readonly output: Locator;

	constructor(
		private readonly page: Page,
		private readonly push: Push,
	) {
		this.root = page.getByTestId('ndv');
		this.output = page.getByTestId('output-panel');
	}

	async waitUntilOpen(): Promise<void> {
		await this.root.getByTestId('node-parameters').waitFor();
	}

	/** Closes an open list first, then the panel: each takes one Escape. */
	async close(): Promise<void> {
		await this.page.keyboard.press('Escape');
		if (await this.root.isVisible()) await this.root.getByTestId('ndv-close-button').click();
		await this.root.waitFor({ state: 'hidden' });
	}

	/** One field, by its parameter's name. */
	field(name: string): Locator {
		return this.root.getByTestId(`parameter-input-${name}`);
	}

	/** One field that picks a record. */
	picker(name: string): Picker {
		return new Picker(this.page, this.field(name));
	}

	/** The labels of all fields that can be seen, from the top. */
	async labels(): Promise<string[]> {
		const labels = await this.root
			.getByTestId('node-parameters')
			.getByTestId('input-label')
			.allInnerTexts();
		// The choice between a fixed value and an expression follows in the same element.
		return labels.map((label) => label.trim().split('\n')[0] ?? '').filter(Boolean);
	}

	/** The notices that can be seen, from the top. */
	async notices(): Promise<string[]> {
		return await this.root.locator('.notice:visible').allInnerTexts();
	}

	/** Types a text into a field: a line, several lines, or one of n8n's code editors. */
	async fill(name: string, text: string): Promise<void> {
		const field = this.field(name);
		const code = field.locator('.cm-content');
		const plain = field.locator('input:visible, textarea:visible');
		await plain.or(code).first().waitFor();
		if ((await code.count()) > 0) await code.first().fill(text);
		else await plain.first().fill(text);
	}

	/** Chooses an option of a list by its label. */
	async choose(name: string, label: string): Promise<void> {
		await this.field(name).click();
		const options = this.page.locator('.el-select-dropdown__item:visible');
		const headline = this.page.getByText(label, { exact: true });
		await options.filter({ has: headline }).first().click();
	}

	/** The labels and descriptions that a list offers. */
	async optionsOf(name: string): Promise<string[]> {
		await this.field(name).click();
		const options = this.page.locator('.el-select-dropdown__item:visible');
		await options.first().waitFor();
		const texts = await options.allInnerTexts();
		await this.page.keyboard.press('Escape');
		return texts;
	}

	/** Switches a field on or off. */
	async toggle(name: string): Promise<void> {
		await this.field(name).locator('.el-switch').click();
	}

	/** Adds a field from a collection such as Options. */
	async addOption(label: string): Promise<void> {
		await this.root.getByTestId('collection-parameter-add').last().click();
		const offered = this.page.getByTestId('collection-parameter-option');
		const exact = this.page.getByText(label, { exact: true });
		await offered.filter({ has: exact }).first().click();
	}

	/** Presses "Execute step" (a trigger's "Fetch Test Event") and waits until it is over. */
	async execute(): Promise<void> {
		const over = this.push.nextEnd(RUN_LIMIT_MS);
		await this.root.getByTestId('node-execute-button').click();
		await over;
		await this.output.locator('[data-test-id^="node-run-status-"]').waitFor();
	}

	/** Presses "Execute step" where n8n refuses to start; the text of its message. */
	async refusedToStart(): Promise<string> {
		await this.root.getByTestId('node-execute-button').click();
		const toast = this.page.locator('.el-notification:visible').first();
		await toast.waitFor();
		return await toast.innerText();
	}

	/** "1 item", "3 items" … */
	async itemCount(): Promise<string> {
		return (await this.output.getByTestId('ndv-items-count').innerText()).trim();
	}

	/** Shows the output in one of n8n's three views. */
	async show(view: 'schema' | 'table' | 'json'): Promise<void> {
		await this.output.getByTestId(`radio-button-${view}`).click();
	}

	/** The fields of the output with the value of the first item, as the Schema view shows them. */
	async outputFields(): Promise<Record<string, string>> {
		await this.show('schema');
		const rows = this.output.getByTestId('run-data-schema-item');
		await rows.first().waitFor();
		const texts = await rows.allInnerTexts();
		return Object.fromEntries(
			texts.map((text) => {
				const [name = '', ...value] = text.split('\n').map((line) => line.trim());
				return [name, value.filter(Boolean).join(' ')];
			}),
		);
	}

	/** Message and description of a failed run, as they are read in the panel. */
	async error(): Promise<ShownError> {
		const message = this.output.getByTestId('node-error-message');
		await message.waitFor();
		const description = this.output.getByTestId('node-error-description');
		return {
			message: (await message.innerText()).trim(),
			description: (await description.count()) ? (await description.innerText()).trim() : '',
		};
	}
}
