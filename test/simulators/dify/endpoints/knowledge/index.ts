import type { Router } from '../../router';
import { addBaseRoutes } from './bases';
import { addDocumentWriteRoutes } from './document-writes';
import { addDocumentRoutes } from './documents';

/** Every route of knowledge, for a key of the workspace. */
export function addKnowledgeRoutes(router: Router): void {
	addBaseRoutes(router);
	addDocumentRoutes(router);
	addDocumentWriteRoutes(router);
}
