"""
Runs code in Jupyter kernels, for whoever asks on 127.0.0.1:49999. POST /execute answers with one JSON object a line; /contexts lists
and makes kernels, /contexts/ID/restart and DELETE /contexts/ID do what they say. Whether code may run is decided before it gets here.
"""
import asyncio
import json
import os
import queue
import signal
import tempfile
import uuid

import tornado.httpserver
import tornado.iostream
import tornado.web
from jupyter_client.manager import AsyncKernelManager

PORT = 49999
HERE = os.path.dirname(os.path.abspath(__file__))
START_TIMEOUT_S = 60
LOOK_S = 0.5
MOST_CONTEXTS = 64
MOST_BODY_BYTES = 16 * 1024 * 1024
NAMES = {
    "text/plain": "text",
    "text/html": "html",
    "text/markdown": "markdown",
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/jpeg": "jpeg",
    "application/pdf": "pdf",
    "text/latex": "latex",
    "application/json": "json",
    "application/javascript": "javascript",
    "e2b/data": "data",
    "e2b/chart": "chart",
}
DIED = {"name": "KernelDied", "value": "The kernel died, out of memory perhaps; it was started anew and has lost its variables."}
RESTARTED = {"name": "KernelRestarted", "value": "The context was restarted or removed before this code was through."}
PREPARE = (
    f"import sys as _s; _s.path.insert(0, {HERE!r}); import in_kernel as _k; _k.install(get_ipython()); _s.path.pop(0); del _s, _k"
)


def result_of(content, is_main):
    result = {"type": "result", "is_main_result": is_main}
    for mime, value in content["data"].items():
        name = NAMES.get(mime, mime)
        if name == "text" and len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        if isinstance(value, str) and mime.startswith("image/"):
            value = value.strip()
        result[name] = value
    return result


class Context:
    """One kernel; what it runs, it runs one after the other."""

    def __init__(self, cwd):
        self.id = uuid.uuid4().hex
        self.cwd = cwd
        self.lock = asyncio.Lock()
        self.manager = None
        self.client = None
        self.stopped = asyncio.Event()

    def shape(self):
        return {"id": self.id, "language": "python", "cwd": self.cwd}

    async def start(self):
        # By files and not by ports: those of the sandbox are its programs' own.
        place = tempfile.mkdtemp(prefix="kernel-")
        manager = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=os.path.join(place, "k"))
        manager.connection_file = os.path.join(place, "connection.json")
        await manager.start_kernel(cwd=self.cwd)
        self.manager = manager
        await self._connect()

    async def _connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        await self.client.wait_for_ready(timeout=START_TIMEOUT_S)
        # What a kernel says before it knows who listens is lost: asked until it is heard.
        for _ in range(10):
            try:
                return await asyncio.wait_for(self._silently(PREPARE), 3)
            except asyncio.TimeoutError:
                continue
        raise RuntimeError("the kernel does not answer")

    async def restart(self):
        self.stopped.set()
        self.client.stop_channels()
        await self.manager.restart_kernel(now=True)
        async with self.lock:
            self.stopped.clear()
            await self._connect()

    async def stop(self):
        self.stopped.set()
        if self.client:
            self.client.stop_channels()
        if self.manager:
            await self.manager.shutdown_kernel(now=True)

    async def run(self, code, environment, write):
        async with self.lock:
            if self.stopped.is_set():
                return await write({"type": "error", "traceback": "", **RESTARTED})
            if environment:
                environment = {str(name): str(value) for name, value in environment.items()}
                await self._silently(f"__import__('in_kernel').Environment.put({environment!r})")
            try:
                await self._follow(self.client.execute(code, allow_stdin=False), write)
            finally:
                if environment and not self.stopped.is_set():
                    await self._silently("__import__('in_kernel').Environment.restore()")

    async def _silently(self, code):
        async def nothing(_):
            pass

        await self._follow(self.client.execute(code, silent=True, allow_stdin=False), nothing)

    async def _follow(self, request, write):
        """Until the kernel is idle again, has died or was started anew."""
        while True:
            message = await self._next()
            if "lost" in message:
                return await write({"type": "error", "traceback": "", **message["lost"]})
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                await write({"type": content["name"], "text": content["text"], "timestamp": str(message["header"]["date"])})
            elif kind in ("display_data", "execute_result"):
                await write(result_of(content, kind == "execute_result"))
            elif kind == "error":
                trace = "\n".join(content["traceback"])
                await write({"type": "error", "name": content["ename"], "value": content["evalue"], "traceback": trace})
            elif kind == "execute_input":
                await write({"type": "number_of_executions", "execution_count": content["execution_count"]})
            elif kind == "status" and content["execution_state"] == "idle":
                return await self._take_reply(request)

    async def _take_reply(self, request):
        """It says no more than what was heard; unread ones would pile up."""
        try:
            while (await self.client.get_shell_msg(timeout=LOOK_S))["parent_header"].get("msg_id") != request:
                pass
        except queue.Empty:
            pass

    async def _next(self):
        while not self.stopped.is_set():
            try:
                return await self.client.get_iopub_msg(timeout=LOOK_S)
            except queue.Empty:
                if not await self.manager.is_alive():
                    self.client.stop_channels()
                    await self.manager.restart_kernel(now=True)
                    await self._connect()
                    return {"lost": DIED}
            except (Exception, asyncio.CancelledError):
                # A socket that was closed under it says so in many ways.
                if not self.stopped.is_set():
                    raise
        return {"lost": RESTARTED}


class Contexts:
    def __init__(self):
        self.all = {}
        self.default = None

    async def make(self, cwd):
        if len(self.all) >= MOST_CONTEXTS:
            raise tornado.web.HTTPError(429, reason=f"At most {MOST_CONTEXTS} contexts; remove one")
        cwd = os.path.expanduser(cwd or "~")
        if not os.path.isdir(cwd):
            raise tornado.web.HTTPError(400, reason="There is no such working directory")
        context = Context(cwd)
        await context.start()
        self.all[context.id] = context
        return context

    async def find(self, id):
        if id is None:
            if self.default is None or (self.default.done() and self.default.result().id not in self.all):
                self.default = asyncio.ensure_future(self.make(None))
            return await asyncio.shield(self.default)
        if id not in self.all:
            raise tornado.web.HTTPError(404, log_message="unknown")
        return self.all[id]


contexts = Contexts()


class Handler(tornado.web.RequestHandler):
    def body(self):
        try:
            body = json.loads(self.request.body or b"{}")
        except ValueError:
            raise tornado.web.HTTPError(400, reason="The body is not valid JSON")
        if not isinstance(body, dict):
            raise tornado.web.HTTPError(400, reason="The body is not an object")
        return body

    def write_error(self, status_code, **_):
        text = "There is no such context" if status_code == 404 else self._reason
        self.finish({"code": status_code, "message": text})


class Execute(Handler):
    async def post(self):
        body = self.body()
        context = await contexts.find(body.get("context_id"))
        self.set_header("content-type", "application/x-ndjson")
        gone = False

        async def write(line):
            nonlocal gone
            if gone:
                return
            try:
                self.write(json.dumps(line, default=str) + "\n")
                await self.flush()
            except tornado.iostream.StreamClosedError:
                # Who asked went away; what runs goes on.
                gone = True

        await self.flush()
        try:
            await context.run(str(body.get("code", "")), body.get("env_vars") or {}, write)
        except Exception as error:
            await write({"type": "error", "name": "KernelFailed", "value": str(error), "traceback": ""})
        if not gone:
            self.finish()


class List(Handler):
    async def get(self):
        await contexts.find(None)
        self.finish(json.dumps([context.shape() for context in contexts.all.values()]))

    async def post(self):
        self.finish((await contexts.make(self.body().get("cwd"))).shape())


class One(Handler):
    async def delete(self, id):
        await (await contexts.find(id)).stop()
        del contexts.all[id]
        self.set_status(204)


class Restart(Handler):
    async def post(self, id):
        await (await contexts.find(id)).restart()
        self.set_status(204)


async def main():
    routes = [
        (r"/execute", Execute),
        (r"/contexts", List),
        (r"/contexts/([^/]+)", One),
        (r"/contexts/([^/]+)/restart", Restart),
    ]
    server = tornado.httpserver.HTTPServer(tornado.web.Application(routes, log_function=lambda _: None), max_body_size=MOST_BODY_BYTES)
    server.listen(PORT, "127.0.0.1")
    over = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, over.set)
    # The first execution finds its kernel running.
    asyncio.ensure_future(contexts.find(None)).add_done_callback(lambda done: done.exception())
    await over.wait()
    await asyncio.gather(*(context.stop() for context in contexts.all.values()), return_exceptions=True)


asyncio.run(main())
