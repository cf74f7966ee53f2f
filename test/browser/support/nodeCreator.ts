import type { Locator, Page } from 'playwright-core';

/** The list on the right from which nodes are added. */
export class NodeCreator {
	private readonly root: Locator;

	constructor(private readonly page: Page) {
		this.root = page.getByTestId('node-creator');
	}

	/** Opens it with the plus of an empty canvas, or with the plus at the canvas's edge. */
	async open(): Promise<void> {
		const first = this.page.getByTestId('canvas-plus-button').first();
		const more = this.page.getByTestId('node-creator-plus-button');
		await ((await first.isVisible()) ? first : more).click();
		await this.root.waitFor();
	}

	/** What a search shows, from the top: the names of nodes. */
	async search(text: string): Promise<string[]> {
		await this.root.getByTestId('node-creator-search-bar').fill(text);
		// The list is filtered a moment after the last key.
		await this.page.waitForTimeout(400);
		return await this.root.getByTestId('node-creator-item-name').allInnerTexts();
	}

	/** Searches a node and opens its list of actions; the names of all of them. */
	async choose(search: string, node: string): Promise<string[]> {
		await this.search(search);
		const items = this.root.getByTestId('node-creator-item-name');
		await items.getByText(node, { exact: true }).first().click();
		await this.root.getByText('Node details').waitFor();
		return await this.root.getByTestId('node-creator-item-name').allInnerTexts();
	}

	/** Adds the node with one of its actions; its panel opens. */
	async add(search: string, node: string, action: string): Promise<void> {
		await this.choose(search, node);
		const names = this.root.getByTestId('node-creator-item-name');
		await names.getByText(action, { exact: true }).first().click();
		await this.page.getByTestId('ndv').waitFor();
	}
}
