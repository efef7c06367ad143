"""Every sentence that the scripted model can say, in English and in Chinese.

Placeholders are filled by `str.format`; where there are several phrasings, a hash picks one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    introduction: str
    short_introduction: str
    who: str
    reflections: Sequence[str]
    offers: str
    nothing_offered: str
    examples: Mapping[str, str]
    separator: str
    counted: str
    thoughts: Sequence[str]
    thinking_of_tool: str
    thinking_of_results: str
    announcements: Mapping[str, str]
    results: Mapping[str, str]
    empty_folder: str
    more: str
    other_result: str
    failed: str
    closing: str
    note: str
    program: str
    seat_thought: str
    openings: Sequence[str]
    followings: Sequence[str]
    points: Sequence[str]
    pause: str
    #: What counts as a word.
    words: re.Pattern[str]


ENGLISH = Phrases(
    introduction=(
        "Hello! I am Luxx's scripted demo model: a small program that answers by rules, "
        "not an AI. Everything around me is real, though: this answer came over HTTP, in pieces, "
        "in a provider's own wire format."
    ),
    short_introduction="Still your scripted demo model, no AI.",
    who=(
        "I have no weights, no training and no opinions. I look for a few patterns in what you "
        "write and fill in sentences. Add a provider with a real model to talk to one."
    ),
    reflections=(
        "You wrote {count} words: “{quote}”. The longest of them is “{longest}”.",
        "I read {count} words from you: “{quote}”. The one that stands out is “{longest}”.",
        "“{quote}” – {count} words, and “{longest}” is the longest. That is as deep as I go.",
    ),
    offers="With the tools that you offered me you can see more. Try: {examples}.",
    nothing_offered="You offered me no tools, so words are all I have. Try: “Count to 20.”",
    examples={
        "python_eval": "“What is 12 * (3 + 4)?”",
        "file_list": "“List my files.”",
        "file_write": "“Write a note about today.”",
        "file_read": "“Read demo-note.md.”",
        "file_grep": "“Search my files for note.”",
        "shell_execute": "“Write words.py and run it.”",
        "process_data": '“Format {"b":1,"a":[2,3]}”',
    },
    separator=", ",
    counted="Here you are, counted one by one so that you can watch them arrive:",
    thoughts=(
        "The question is “{quote}”.",
        "I am a script, so I will not pretend to reason about it.",
        "None of my rules asks for a tool, so I will reflect what was said and keep it short.",
    ),
    thinking_of_tool=(
        "The question is “{quote}”. One of my rules matches it: the tool {tool} fits, and it was "
        "offered to me. I will call it and wait for what it finds."
    ),
    thinking_of_results=(
        "The results are here. I will read them and say what they hold, without making anything up."
    ),
    announcements={
        "python_eval": "Let me calculate that.",
        "file_list": "Let me look into the folder.",
        "file_write": "I will write that down.",
        "file_read": "Let me read that.",
        "file_grep": "Let me search the files.",
        "shell_execute": "Let me run that.",
        "process_data": "Let me work on that data.",
    },
    results={
        "python_eval": "The calculation gives **{value}**.",
        "file_list": "The folder holds {count} entries: {names}.",
        "file_write": "It is saved in `{path}`. Ask me to read it back if you like.",
        "file_grep": "The search found:\n\n```\n{content}\n```",
        "shell_execute": "It ran and printed:\n\n```\n{content}\n```",
        "file_read": "This is what `{path}` says:\n\n```\n{content}\n```",
        "process_data": "This is the result:\n\n```\n{content}\n```",
    },
    empty_folder="The folder is empty. “Write a note” would change that.",
    more=" and {count} more",
    other_result="{tool} answered:\n\n```\n{content}\n```",
    failed="{tool} did not work: {content}",
    closing="(A script asked the tool, but the tool and its result are real.)",
    note="# A note from the demo\n\n{text}\n\nWritten by Luxx's scripted demo model, no AI.\n",
    program=(
        "# Written by Luxx's scripted demo model, no AI.\n"
        "text = {text}\n"
        'print(len(text.split()), "words; the longest is", max(text.split(), key=len))\n'
    ),
    seat_thought="I am {name} here, and my role is “{role}”. I will stay in it and be brief.",
    openings=(
        "{name} here, as {role}. For “{task}” I would begin with {point}.",
        "As {role}, I look at “{task}” and ask about {point} first.",
        "Let me open with the view of {role}: “{task}” stands or falls with {point}.",
    ),
    followings=(
        "{other} made a start; as {role} I would add {point}.",
        "I take up what {other} said. Seen by {role}, the next step is {point}.",
        "{other} has a point. What {role} misses so far is {point}.",
    ),
    points=(
        "the smallest version that somebody can use",
        "what may go wrong and how we would notice",
        "the people who will use it every day",
        "one number that tells us whether it works",
        "an example that we can check by hand",
        "what we can leave out",
        "who decides, and by when",
    ),
    pause=" ",
    words=re.compile(r"[^\W_]+(?:['’-][^\W_]+)*"),
)

CHINESE = Phrases(
    introduction=(
        "你好!我是 Luxx 的脚本演示模型:一个按规则回答的小程序,不是人工智能。"
        "不过我周围的一切都是真的:这段回答通过 HTTP 分段传来,用的是模型供应商的真实格式。"
    ),
    short_introduction="还是我,脚本演示模型,不是人工智能。",
    who="我没有参数,没有训练,也没有观点。我只在你的话里找几个模式,再填进句子里。想和真正的模型聊天,请添加一个供应商。",
    reflections=(
        "你写了 {count} 个字:“{quote}”。",
        "我读到了你的 {count} 个字:“{quote}”。",
        "“{quote}”,一共 {count} 个字。我的理解也就到此为止了。",
    ),
    offers="你给了我一些工具,可以试试:{examples}。",
    nothing_offered="你没有给我工具,所以我只能说话。可以试试:“数到 20”。",
    examples={
        "python_eval": "“12 * (3 + 4) 等于多少?”",
        "file_list": "“列出我的文件”",
        "file_write": "“写一条关于今天的笔记”",
        "file_read": "“读取 demo-note.md”",
        "file_grep": "“在文件中搜索 笔记”",
        "shell_execute": "“写 words.py 并运行”",
        "process_data": '“格式化 {"b":1,"a":[2,3]}”',
    },
    separator="、",
    counted="好的,一个一个数给你看:",
    thoughts=(
        "问题是“{quote}”。",
        "我只是一个脚本,不会假装在推理。",
        "没有规则需要用到工具,所以我把听到的话简短地复述一下。",
    ),
    thinking_of_tool=(
        "问题是“{quote}”。有一条规则符合:工具 {tool} 正合适,而且可以使用。我来调用它,等待结果。"
    ),
    thinking_of_results="结果已经到了。我读一读,如实转述,不编造。",
    announcements={
        "python_eval": "我来算一下。",
        "file_list": "我来看看文件夹。",
        "file_write": "我来记下来。",
        "file_read": "我来读一下。",
        "file_grep": "我来搜索一下。",
        "shell_execute": "我来运行一下。",
        "process_data": "我来处理这些数据。",
    },
    results={
        "python_eval": "计算结果是 **{value}**。",
        "file_list": "文件夹里有 {count} 项:{names}。",
        "file_write": "已保存到 `{path}`。你可以让我再读出来。",
        "file_grep": "搜索结果是:\n\n```\n{content}\n```",
        "shell_execute": "运行的输出是:\n\n```\n{content}\n```",
        "file_read": "`{path}` 的内容是:\n\n```\n{content}\n```",
        "process_data": "处理结果是:\n\n```\n{content}\n```",
    },
    empty_folder="文件夹是空的。可以让我“写一条笔记”。",
    more=" 等另外 {count} 项",
    other_result="{tool} 的回答是:\n\n```\n{content}\n```",
    failed="{tool} 没有成功:{content}",
    closing="(调用工具的是脚本,但工具和结果都是真的。)",
    note="# 演示笔记\n\n{text}\n\n由 Luxx 的脚本演示模型写下,它不是人工智能。\n",
    program=(
        "# 由 Luxx 的脚本演示模型写下,它不是人工智能。\n"
        "text = {text}\n"
        'print("一共", len(text), "个字符")\n'
    ),
    seat_thought="我在这里是{name},角色是“{role}”。我会守住角色,简短发言。",
    openings=(
        "我是{name},{role}。关于“{task}”,我会先考虑{point}。",
        "从{role}的角度看“{task}”,首先要问的是{point}。",
        "我先说:作为{role},我认为“{task}”的关键在于{point}。",
    ),
    followings=(
        "{other}开了个头;作为{role},我补充一点:{point}。",
        "接着{other}的话说,从{role}的角度,下一步是{point}。",
        "{other}说得有道理。{role}觉得还缺的是{point}。",
    ),
    points=(
        "能用起来的最小版本",
        "可能出什么问题,以及如何发现",
        "每天使用它的人",
        "一个能说明成败的数字",
        "一个可以手工验证的例子",
        "哪些东西可以不做",
        "由谁决定、何时决定",
    ),
    pause="",
    words=re.compile(r"[\u4e00-\u9fff]|[^\W_\u4e00-\u9fff]+"),
)


def language(text: str) -> Phrases:
    return CHINESE if _CHINESE.search(text) else ENGLISH


def pick(choices: Sequence[str], *seed: object) -> str:
    """One of the choices, always the same one for the same seed."""
    digest = blake2b("\n".join(map(str, seed)).encode(), digest_size=4).digest()
    return choices[int.from_bytes(digest) % len(choices)]


def shorten(text: str, limit: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
