import type { Locator, Page } from 'playwright-core';
import type { N8nClient } from '../../support/n8n/client';
import {
	saveWorkflow,
	type SavedWorkflow,
	type WorkflowContent,
} from '../../support/n8n/workflows';
import { CredentialDialog } from './credentialDialog';
import { NodeCreator } from './nodeCreator';
import { NodePanel } from './nodePanel';
import { Push } from './push';

const PAGE_LIMIT_MS = 45_000;
const RUN_LIMIT_MS = 30_000;

/** n8n's editor as a person sees it: only what can be clicked, typed and read. */
export class Editor {
	readonly panel: NodePanel;
	private readonly push: Push;
	readonly creator: NodeCreator;
	readonly credential: CredentialDialog;

	constructor(
		readonly page: Page,
		readonly client: N8nClient,
	) {
		this.push = new Push(page);
		this.panel = new NodePanel(page, this.push);
		this.creator = new NodeCreator(page);
		this.credential = new CredentialDialog(page);
	}

	/** Opens an empty canvas. */
	async newWorkflow(): Promise<void> {
		await this.goto('/workflow/new');
		await this.page.getByTestId('canvas-plus-button').first().waitFor({ timeout: PAGE_LIMIT_MS });
	}

	/** Saves a workflow behind the editor's back and opens it. */
	async openWorkflow(content: WorkflowContent): Promise<SavedWorkflow> {
		const saved = await saveWorkflow(this.client, content);
		await this.goto(`/workflow/${saved.id}`);
		await this.page.getByTestId('canvas-node').first().waitFor({ timeout: PAGE_LIMIT_MS });
		return saved;
	}

	/** Leaves the page even when n8n would ask about unsaved changes. */
	private async goto(path: string): Promise<void> {
		await this.page.goto('about:blank');
		await this.page.goto(`${this.client.baseUrl}${path}`);
	}

	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/** Opens the panel of a node on the canvas. */
	async openNode(name: string): Promise<NodePanel> {
		await this.node(name).dblclick();
		await this.panel.waitUntilOpen();
		return this.panel;
	}

	/** Presses "Execute workflow" beside a trigger and waits until n8n says that it is over. */
	async executeFrom(trigger: string): Promise<void> {
		const over = this.push.nextEnd(RUN_LIMIT_MS);
		await this.node(trigger).hover();
		await this.page.getByTestId(`execute-workflow-button-${trigger}`).click();
		await over;
	}

	/** Moves and scales the canvas so that everything can be seen. */
	async fitCanvas(): Promise<void> {
		await this.page.getByTestId('zoom-to-fit').click();
	}
}
