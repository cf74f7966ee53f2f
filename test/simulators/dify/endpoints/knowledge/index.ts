import type { Router } from '../../router';
import { addBaseRoutes } from './bases';
import { addChildChunkRoutes } from './child-chunks';
import { addDocumentWriteRoutes } from './document-writes';
import { addDocumentRoutes } from './documents';
import { addDownloadRoutes } from './downloads';
import { addMetadataRoutes } from './metadata';
import { addModelRoutes } from './models';
import { addPipelineRoutes } from './pipeline';
import { addRetrieveRoutes } from './retrieve';
import { addSegmentRoutes } from './segments';
import { addTagRoutes } from './tags';

/** Every route of knowledge, for a key of the workspace. */
export function addKnowledgeRoutes(router: Router): void {
	for (const addRoutes of [
		addBaseRoutes,
		addDocumentRoutes,
		addDocumentWriteRoutes,
		addDownloadRoutes,
		addRetrieveRoutes,
		addSegmentRoutes,
		addChildChunkRoutes,
		addMetadataRoutes,
		addTagRoutes,
		addModelRoutes,
		addPipelineRoutes,
	]) {
		addRoutes(router);
	}
}
