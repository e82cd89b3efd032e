"""The prompts of scripts as sounds: files named NAME.LANGUAGE.wav in one folder, loaded once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from banjie.base.prompts import Prompt
from banjie.media.errors import UnreadableClip
from banjie.media.model import ClipId
from banjie.media.ports import Switchboard

MUSIC: Final = "music"


class SpokenPrompts:
    """Satisfies `house.PromptShelf`. A prompt without a file is silent; its words are on the screen."""

    def __init__(self, switchboard: Switchboard, folder: Path) -> None:
        self._switchboard, self._folder = switchboard, folder
        self._clips: dict[str, ClipId | None] = {}
        self._ring_back = switchboard.tone("cn.ring-back")

    def clips(self, prompts: Sequence[Prompt], language: str) -> tuple[ClipId, ...]:
        found = (self._clip(f"{prompt.name}.{language}") for prompt in prompts)
        return tuple(clip for clip in found if clip is not None)

    def is_spoken(self, name: str, language: str) -> bool:
        """Whether there is a sound of it; put there since the last `forget`, it is not heard yet."""
        return (self._folder / f"{name}.{language}.wav").is_file()

    def music(self) -> ClipId:
        """Music where there is a file of it, else ring-back: a caller never waits in silence."""
        music = self._clip(MUSIC)
        return self._ring_back if music is None else music

    def ring_back(self) -> ClipId:
        return self._ring_back

    def forget(self) -> None:
        """Look at the folder again: prompts were made anew."""
        self._clips.clear()

    def _clip(self, stem: str) -> ClipId | None:
        if stem not in self._clips:
            try:
                self._clips[stem] = self._switchboard.load_clip(self._folder / f"{stem}.wav")
            except UnreadableClip:
                self._clips[stem] = None
        return self._clips[stem]
