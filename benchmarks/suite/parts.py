"""Which part of a CreateCert each sample of a profile was taken in."""

import collections
import re

# The first that occurs among the functions of a sample's stack says which part it counts for.
PARTS = [
    ("certificate part", r"x509::judge\b|service::judge_upload"),
    ("checkpoints, their syncs included", r"sqlite::Checkpointer::"),
    ("writer: the sync itself", r"\bfdatasync\b|sys_fdatasync"),
    ("writer: decisions and rows", r"sqlite::Writer::apply_all"),
    ("writer: begin and commit, without the sync", r"sqlite::Writer::attempt_once"),
    ("writer: taking commands, answering them", r"sqlite::Writer::run"),
    # Of an upload, on the network thread once it is committed.
    ("access log", r"app::log_access"),
    ("answer made, request id", r"make_request_id|success_response|Answerer::finish\b"),
    ("network threads: sending and receiving", r"(?m)^(?:__libc_|__)?(?:send|recv)(?:msg)?\b|sys_(?:send|recv)"),
    ("network threads: the rest", r"asio::detail::scheduler::run"),
    ("answer handed to its network thread", r"scheduler::post_immediate_completion|epoll_reactor::interrupt"),
    ("caller found", r"CallerDirectory::"),
    ("signature verified, body hashed", r"signature::verify\b|Gateway::verify_signature"),
    ("JSON parsed and bound", r"JsonInput::|Binder::|bind_upload|bind_cert_name|bind_use_way"),
    ("key sealed", r"vault::"),
    ("handed to the writer", r"Store::submit_async|Writer::submit"),
    ("worker's stack wiped", r"wipe_dead_stack"),
    ("rest of the gateway, freeing included", r"api::(Gateway|Dispatcher)::|api::begin_exchange|Connection::answer"),
    ("worker queue: taking work, waiting, being woken", r"net::WorkerPool::"),
]
OTHER = "elsewhere"

_PATTERNS = [(name, re.compile(pattern)) for name, pattern in PARTS]


def stacks(lines):
    """Of `perf script -F tid,ip,sym`: for each sample the names of its functions, in one text."""
    functions = None
    for line in lines:
        if not line.strip():
            if functions is not None:
                yield "\n".join(functions)
            functions = None
        elif functions is None:
            functions = []  # the line that begins a sample names its thread only
        else:
            functions.append(line.strip().partition(" ")[2])
    if functions is not None:
        yield "\n".join(functions)


def part_of(stack):
    return next((name for name, pattern in _PATTERNS if pattern.search(stack)), OTHER)


def shares(lines):
    """The parts with their shares of all samples in percent, the greatest first, and how many samples there were."""
    counts = collections.Counter(part_of(stack) for stack in stacks(lines))
    total = sum(counts.values())
    return [(name, 100 * count / total) for name, count in counts.most_common()], total
