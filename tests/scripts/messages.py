"""The messages that the program can print, for tests of what the manuals say about them."""
import re


def message_texts(source):
    """All string literals of app and lib, as one text. Neighboring literals are one literal, as in C++."""
    texts = []
    for folder in ("app", "lib"):
        for path in sorted((source / folder).rglob("*.?pp")):
            code = re.sub(r'"\s*"', "", path.read_text())
            texts += re.findall(r'"((?:[^"\\\n]|\\.)*)"', code)
    return "\n".join(texts).replace('\\"', '"')


def is_known(message, texts):
    """Whether each part of a message between its "..." stands in the program."""
    return all(part.strip() in texts for part in message.split("..."))
