"""By what kind of browser somebody signed in, so that they know their own sessions again.

Of what a browser says of itself its kind and its system are kept, no version and nothing else.
"""

from fastapi import Request

from bochiso.text import Text, say

KINDS = {
    "zalo": ("Zalo/", "Zalo"), "coccoc": ("coc_coc_browser/", "Cốc Cốc"), "edge": ("Edg", "Edge"),
    "opera": ("OPR/", "Opera"), "samsung": ("SamsungBrowser/", "Samsung Internet"),
    "firefox": ("Firefox/", "Firefox"), "firefox-ios": ("FxiOS/", "Firefox"),
    "chrome": ("Chrome/", "Chrome"), "chrome-ios": ("CriOS/", "Chrome"), "safari": ("Safari/", "Safari"),
}  # fmt: skip
"""The sign of each kind and its name. The first that fits: most call themselves Chrome and Safari too."""

SYSTEMS = {
    "android": ("Android", "Android"), "iphone": ("iPhone", "iPhone"), "ipad": ("iPad", "iPad"),
    "windows": ("Windows", "Windows"), "mac": ("Macintosh", "macOS"), "linux": ("Linux", "Linux"),
}  # fmt: skip


def browser_of(request: Request) -> str:
    """The kind and the system of the caller's browser, as it is kept: "firefox windows"."""
    return kind_of(request.headers.get("user-agent", ""))


def kind_of(user_agent: str) -> str:
    """What is kept of a header User-Agent; a dash stands for what isn't known, nothing for neither.

    >>> kind_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0")
    'firefox windows'
    """
    kind = next((each for each, (sign, _) in KINDS.items() if sign in user_agent), "-")
    system = next((each for each, (sign, _) in SYSTEMS.items() if sign in user_agent), "-")
    return "" if kind == system == "-" else f"{kind} {system}"


def browser_words(kept: str) -> Text:
    """What is kept, in words; also where another version kept what this one doesn't know."""
    kind, _, system = kept.partition(" ")
    browser, machine = KINDS.get(kind, ("", ""))[1], SYSTEMS.get(system, ("", ""))[1]
    if browser and machine:
        return say("{browser} trên {machine}", "{browser} on {machine}", browser=browser, machine=machine)
    if machine:
        return say("trình duyệt khác trên {machine}", "another browser on {machine}", machine=machine)
    if browser:
        return say("{browser}", "{browser}", browser=browser)
    return say("không rõ trình duyệt", "an unknown browser")
