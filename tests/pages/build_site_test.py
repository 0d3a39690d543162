"""tools/build-site: what it makes of the tree leads nowhere that is not there, and asks nobody for anything."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

TREE = Path(__file__).resolve().parent.parent.parent


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.sources, self.ids, self.tags = [], [], [], []
        self.language = ""
        self.text = path.read_text()
        self.feed(self.text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.tags.append(tag)
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "html":
            self.language = values["lang"]
        if tag == "a":
            self.links.append(values["href"])
        for name in ("src", "data", "action"):
            if name in values:
                self.sources.append(values[name])
        if tag == "link":
            self.sources.append(values["href"])


def build(tree, folder):
    return subprocess.run([tree / "tools/build-site", folder], capture_output=True, text=True)


class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.room.cleanup)
        cls.folder = Path(cls.room.name) / "site"
        done = build(TREE, cls.folder)
        assert done.returncode == 0, done.stderr
        cls.pages = {path.relative_to(cls.folder): Page(path) for path in cls.folder.rglob("*.html")}

    def there(self, page, address):
        path, _, anchor = unquote(address).partition("#")
        return (Path(os.path.normpath(page.parent / path)) if path else page), anchor

    def test_every_page_of_the_tree_is_there_in_its_language(self):
        self.assertIn(Path("index.html"), self.pages)
        self.assertIn(Path("docs/edges.zh-CN.html"), self.pages)
        self.assertEqual(len(self.pages), len([*TREE.glob("*.md"), *TREE.glob("docs/**/*.md"), *TREE.glob("contrib/*.md")]))
        for path, page in self.pages.items():
            self.assertEqual(page.language, "zh-CN" if ".zh-CN." in path.name else "en", path)
            self.assertEqual(page.tags.count("h1"), 1, path)

    def test_every_link_leads_to_a_page_and_a_heading(self):
        count = 0
        for path, page in self.pages.items():
            for address in page.links:
                if re.match(r"https?:|mailto:", address):
                    continue
                there, anchor = self.there(path, address)
                self.assertIn(there, self.pages, f"{path} links to {address}")
                if anchor:
                    self.assertIn(anchor, self.pages[there].ids, f"{path} links to {address}")
                count += 1
        self.assertGreater(count, 1000)

    def test_a_heading_is_named_once_in_its_page(self):
        for path, page in self.pages.items():
            twice = {name for name in page.ids if page.ids.count(name) > 1}
            self.assertEqual(twice, set(), path)

    def test_a_page_asks_nobody_for_anything(self):
        for path, page in self.pages.items():
            self.assertNotIn("script", page.tags, path)
            for source in page.sources:
                self.assertTrue((self.folder / self.there(path, source)[0]).is_file(), f"{path} needs {source}")
        self.assertNotIn("url(", (self.folder / "site.css").read_text())

    def test_a_line_of_chinese_that_goes_on_gets_no_space(self):
        page = self.pages[Path("docs/edges.zh-CN.html")].text
        outside = re.sub(r"<pre.*?</pre>", "", page, flags=re.S)
        self.assertIsNone(re.search(r"[\u4e00-\u9fff，。]\n[\u4e00-\u9fff]", outside))

    def test_a_page_that_no_list_names_is_refused(self):
        with tempfile.TemporaryDirectory() as room:
            tree = Path(room)
            shutil.copytree(TREE / "docs", tree / "docs")
            (tree / "tools").mkdir()
            shutil.copy(TREE / "tools/build-site", tree / "tools")
            for page in TREE.glob("*.md"):
                shutil.copy(page, tree)
            (tree / "docs/lonely.md").write_text("# Lonely\n")
            done = build(tree, tree / "site")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("no group has docs/lonely.md", done.stderr)
            self.assertFalse((tree / "site").exists())


unittest.main()
