/** Client of Sandglass for browsers and Node ≥ 22. On Node 20 import from `@sandglass/client/node`. */
export { AppError, type ErrorCode, errorTable, isAppError } from '@sandglass/protocol';
export { type Clock, systemClock } from './clock.ts';
export { ConnectionError, type ConnectionFailure, isConnectionError } from './errors.ts';
export { Exec, type ExecHandlers, type OutputPart } from './handles/exec.ts';
export { type FileContent, Files, type ReadText, type WriteOptions } from './handles/files.ts';
export { Gate } from './handles/gate.ts';
export { Run, type RunStart } from './handles/run.ts';
export { Sandbox } from './handles/sandbox.ts';
export { Screen, type ScreenHandlers, type ScreenView } from './handles/screen.ts';
export { Terminal, type TerminalHandlers, type TerminalRights, type TerminalSize } from './handles/terminal.ts';
export { type ThumbnailHandlers, Thumbnails } from './handles/thumbnails.ts';
export type { RequestArguments, RequestInput, RequestOptions } from './http/input.ts';
export type { ByteReply, Fetch } from './http/requester.ts';
export { Sandglass, type SandglassOptions } from './sandglass.ts';
export type { Channel, ChannelEnd, ChannelHandlers, ChannelInput, ChannelMessage, Opened } from './stream/channel.ts';
export type { ConnectionState } from './stream/connectionState.ts';
export type { OpenSocket, Socket } from './stream/socket.ts';
export { Stream, type SubscribeOptions } from './stream/stream.ts';
