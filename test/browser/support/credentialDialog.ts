import type { Locator, Page } from 'playwright-core';

/** The dialog in which a credential is created or changed. */
export class CredentialDialog {
	private readonly root: Locator;

	constructor(private readonly page: Page) {
		this.root = page.getByTestId('credential-edit-dialog');
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
	}

	/** Saves, which makes n8n test it; what the dialog says about the test. */
	async save(): Promise<string> {
		await this.root.getByTestId('credential-save-button').click();
		const good = this.root.getByTestId('credentials-config-container-test-success');
		const bad = this.root.getByTestId('credentials-config-container-test-error');
		await good.or(bad).filter({ visible: true }).first().waitFor();
		const shown = (await good.isVisible()) ? good : bad;
		return (await shown.innerText()).trim();
	}

	async close(): Promise<void> {
		await this.root.getByRole('button', { name: /close/i }).first().click();
		await this.root.waitFor({ state: 'hidden' });
	}
}
