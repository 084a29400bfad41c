"""Logs: one JSON object a line, with the request's id. Personal data is masked before it gets here."""

from __future__ import annotations

import json
import logging


class JsonLines(logging.Formatter):
    """Lines of structlog pass as they are; lines of others become JSON."""

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if text.startswith("{"):
            return text
        line = {"event": text, "level": record.levelname.lower(), "logger": record.name}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
