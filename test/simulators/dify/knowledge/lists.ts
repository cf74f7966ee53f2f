import type { RequestContext } from '../context';
import { Fields } from './check';
import type { Dict } from '../types';

const CAP = 100;

/** `page` and `limit` of a list; what is not a number is refused. */
export function pageOf(context: RequestContext, model: string): { page: number; limit: number } {
	const fields = new Fields(model, Object.fromEntries(context.url.searchParams));
	const page = fields.number('page') ?? 1;
	const limit = fields.number('limit') ?? 20;
	fields.done();
	return { page, limit };
}

/**
 * One page, as the server's paginator cuts it: at most 100, an impossible page or limit is
 * replaced, and `has_more` says whether the page holds as many as were asked for.
 */
export function paged<T>(all: T[], page: number, limit: number, view: (entry: T) => Dict): Dict {
	const size = Math.min(limit < 1 ? 20 : limit, CAP);
	const at = Math.max(page, 1) - 1;
	const data = all.slice(at * size, (at + 1) * size).map(view);
	return { data, has_more: data.length === limit, limit, total: all.length, page };
}
