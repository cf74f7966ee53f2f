export { startDifySimulator, type DifySimulator, type DifySimulatorOptions } from './server';
export { DIFY_VERSIONS, type DifyVersion } from './versions';
export type { AppConfig, App, FormItem, RecordedRequest, Settings } from './types';
export type { FaultPreset, FaultRule } from './faults';
export type { Scenario, ScriptChunk, SseScript } from './chat/registry';
export type { RunSession } from './chat/session';
export { RunEnd } from './chat/signals';
export { LONG_IDS } from './chat/steps/extras';
export { UTF8_TEXT } from './chat/answers';
