import type { Locator, Page } from 'playwright-core';

/** A field that picks a record from a list, or takes its ID. */
export class Picker {
	constructor(
		private readonly page: Page,
		private readonly field: Locator,
	) {}

	/** Opens the list; the entries that it shows after its search, or what it says instead. */
	async entries(search = ''): Promise<string[]> {
		await this.open();
		const list = this.page.getByTestId('rlc-item').filter({ visible: true });
		const message = this.page.getByTestId('rlc-error-container').filter({ visible: true });
		await list.or(message).first().waitFor();
		if (search) {
			await this.page.getByTestId('rlc-search').filter({ visible: true }).fill(search);
			// The list is asked for anew a moment after the last key.
			await this.page.waitForTimeout(1_500);
		}
		const shown = (await message.isVisible()) ? message : list;
		return (await shown.allInnerTexts()).map((text) => text.trim());
	}

	/** Picks an entry of the open list. */
	async pick(label: string): Promise<void> {
		const entries = this.page.getByTestId('rlc-item').filter({ visible: true });
		await entries.getByText(label).first().click();
	}

	/** Switches to another mode, such as "By ID", and types. */
	async fill(mode: string, text: string): Promise<void> {
		await this.field.getByTestId('rlc-mode-selector').click();
		const modes = this.page.locator('.el-select-dropdown__item:visible');
		await modes.getByText(mode, { exact: true }).click();
		await this.field.getByTestId('rlc-input').locator('input').or(this.input()).first().fill(text);
	}

	private input(): Locator {
		return this.field.locator('input[data-test-id="rlc-input"]');
	}

	private async open(): Promise<void> {
		await this.field.getByTestId('rlc-input').click();
	}
}
