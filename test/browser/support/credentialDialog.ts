import type { Locator, Page } from 'playwright-core';

const TYPING_MS = 400;

/** The dialog in which a credential is created or changed. */
export class CredentialDialog {
	private readonly root: Locator;
	/** The whole dialog, its head included. */
	readonly frame: Locator;

	constructor(private readonly page: Page) {
		this.root = page.getByTestId('credential-edit-dialog');
		this.frame = page.locator('.el-dialog').filter({ has: this.root });
	}

	/** Opens it from a node's panel, for a new credential. */
	async openNew(): Promise<void> {
		await this.page.getByTestId('node-credentials-select').click();
		await this.page.getByTestId('node-credentials-select-item-new').first().click();
		await this.root.waitFor();
	}

	/** Opens it from a node's panel, for the credential that is chosen there. */
	async openChosen(): Promise<void> {
		await this.page.getByTestId('credential-edit-button').click();
		await this.root.waitFor();
	}

	async fill(name: string, text: string): Promise<void> {
		await this.root.getByTestId(`parameter-input-${name}`).locator('input').fill(text);
		// n8n takes a text over a moment after the last key.
		await this.page.waitForTimeout(TYPING_MS);
	}

	/** Saves, which makes n8n test it. A dialog for an existing credential closes if all is well. */
	async save(): Promise<void> {
		const tested = this.page.waitForResponse(/\/rest\/credentials\/test$/);
		// The dialog's head is no part of what its test id names.
		await this.page.getByTestId('credential-save-button').click();
		await tested;
	}

	/** What the dialog says about the test, with the details of a failure. */
	async verdict(): Promise<string> {
		const good = this.root.getByText('Connection tested successfully');
		const bad = this.root.getByText(/Couldn.t connect with these settings/);
		await good.or(bad).filter({ visible: true }).first().waitFor();
		if (await good.isVisible()) return await good.innerText();
		await this.root.getByText('More details').click();
		return await this.root.innerText();
	}

	async close(): Promise<void> {
		await this.page.keyboard.press('Escape');
		await this.root.waitFor({ state: 'hidden' });
	}
}
