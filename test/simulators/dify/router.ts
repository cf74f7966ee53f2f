import type { RequestContext } from './context';
import type { VersionTraits } from './versions';

export type Handler = (context: RequestContext) => void | Promise<void>;

export interface Route {
	method: string;
	pattern: string;
	handler: Handler;
	/** Routes without authentication (version info, signed files, control). */
	open?: boolean;
	/** Whose key it takes: an app's, or the workspace's for its knowledge. Default: an app's. */
	key?: 'app' | 'dataset';
	/** Counts against the rate limit of knowledge. */
	rateLimited?: boolean;
	/** The route exists only when this says so (older servers lack it: an unknown route). */
	available?: (traits: VersionTraits) => boolean;
}

interface CompiledRoute extends Route {
	regex: RegExp;
	names: string[];
}

const UUID = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

export type RouteMatch =
	| { kind: 'found'; route: Route; params: Record<string, string> }
	| { kind: 'wrong-method' }
	| { kind: 'unknown' };

/** Finds routes by method and path; `{id}` is any segment, `{id:uuid}` only a UUID. */
export class Router {
	private readonly routes: CompiledRoute[] = [];

	add(route: Route): this {
		const names: string[] = [];
		const source = route.pattern.replace(
			/\{(\w+)(:uuid)?\}/g,
			(_all, name: string, uuid?: string) => {
				names.push(name);
				return uuid ? `(${UUID})` : '([^/]+)';
			},
		);
		this.routes.push({ ...route, regex: new RegExp(`^${source}/?$`), names });
		return this;
	}

	match(method: string, path: string, traits: VersionTraits): RouteMatch {
		let wrongMethod = false;
		for (const route of this.routes) {
			const found = route.regex.exec(path);
			if (!found || route.available?.(traits) === false) continue;
			if (route.method !== method) {
				wrongMethod = true;
				continue;
			}
			const params: Record<string, string> = {};
			route.names.forEach((name, index) => {
				params[name] = decodeURIComponent(found[index + 1] ?? '');
			});
			return { kind: 'found', route, params };
		}
		return wrongMethod ? { kind: 'wrong-method' } : { kind: 'unknown' };
	}
}
