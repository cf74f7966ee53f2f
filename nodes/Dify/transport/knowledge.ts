import type { Caller, Service } from '../../shared/client';
import { Client } from '../../shared/client';
import { difyService, errorInfo, readJson } from './dify';
import { isRateLimit, KNOWLEDGE_ADVICE } from './knowledgeAdvice';

/**
 * Dify's API for knowledge bases. It has keys of its own, each for all knowledge bases of a workspace
 * (SERVER.md, "Knowledge: keys and limits").
 */
export const knowledgeService: Service = {
	...difyService,
	credential: 'difyKnowledgeApi',
	retry: {
		...difyService.retry,
		isRateLimited: ({ info }) => isRateLimit(String(info.details?.message)),
	},
	read: (response) => readJson(response, KNOWLEDGE_ADVICE),
	errorInfo: (response) => errorInfo(response, KNOWLEDGE_ADVICE),
};

/** Dify's API for knowledge bases, bound to who calls it. */
export function knowledge(caller: Caller): Client {
	return new Client(knowledgeService, caller);
}
