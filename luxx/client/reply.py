"""What an assistant answered."""

from dataclasses import dataclass

from luxx.client.types import Message, MessageStatus, Step, ThinkingStep, Tokens


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that has ended, however it did: `status` says how."""

    message: Message

    @property
    def text(self) -> str:
        return self.message.content

    @property
    def thinking(self) -> str:
        return "".join(
            step.content for step in self.message.steps if isinstance(step, ThinkingStep)
        )

    @property
    def steps(self) -> list[Step]:
        return self.message.steps

    @property
    def usage(self) -> Tokens:
        return self.message.usage or Tokens()

    @property
    def status(self) -> MessageStatus:
        return self.message.status

    @property
    def error(self) -> str | None:
        return self.message.error

    @property
    def message_id(self) -> str:
        return self.message.id

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Reply {self.message_id}: {self.status.lower()}, {len(self.text)} characters>"
