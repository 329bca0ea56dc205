"""Logs on stderr: readable lines at a terminal, one JSON object a line elsewhere, those of libraries among them."""

import logging
import sys

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import ExceptionRenderer, JSONRenderer, TimeStamper, add_log_level
from structlog.stdlib import ProcessorFormatter
from structlog.tracebacks import ExceptionDictTransformer


def configure(level: str) -> None:
    """Set up logging at `level`: debug, info, warning or error. Libraries speak from warning on."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    start = [add_log_level, TimeStamper(fmt="iso", utc=True)]
    # Traces come without local variables: those hold what was sent, and keys.
    if sys.stderr.isatty():
        last = [ConsoleRenderer(exception_formatter=plain_traceback)]
    else:
        last = [ExceptionRenderer(ExceptionDictTransformer(show_locals=False)), JSONRenderer()]
    structlog.configure(
        processors=[*start, *last],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(foreign_pre_chain=start, processors=[ProcessorFormatter.remove_processors_meta, *last])
    )
    logging.basicConfig(handlers=[handler], level=max(threshold, logging.WARNING), force=True)
