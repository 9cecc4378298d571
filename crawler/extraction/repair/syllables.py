"""What a Vietnamese syllable is: the test by which a repair is certain or is not made.

Source: the onsets, rhymes and tone rules of the national script as school grammars list them (e.g.
Đoàn Thiện Thuật, Ngữ âm tiếng Việt, 1977); a rhyme that ends in c, ch, p or t has a sharp or a
heavy tone.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

from archive.vietnamese import place_tone

_ONSETS = """
b c ch d đ g gh h k kh l m n ng ngh nh p ph r s t th tr v x
"""
_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu
i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om
on ong ooc oong op ot ô ôc ôi ôm ôn ông ôông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uân uâng uât uây uc uê uêch uên uênh uêu ui um un ung uơ uôc uôi uôm uôn uông uôt up ut
uy uya uych uyên uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt
ươu ưt ưu y yêm yên yêng yêt yêu
"""
_AFTER_QU = """
a ac ach ai an ang anh ao at au ay ăc ăm ăn ăng ăp ăt ân âng ât âu ây e en eo et ê ên êt êu ênh
êch i it in ich inh o ơ ôc y ych yên yêt ynh yt yp
"""
_AFTER_GI = """
a ai am an ang anh ao ap at au ac ay ăc ăm ăn ăng ăt âm ân ây âu âc ât âp e em eo en et eng ê êng
êt êm ên êu o oi on ong ot oc om ôi ông ôn ôc ơ ơi ơn ơp u ua uc ui um un ung uôc uôi uông uôt ư ưa
ương ươm ươi ưt ưng up iêc iêng iêt
"""
_BARE = {
    *_RHYMES.split(),
    *(onset + rhyme for onset in _ONSETS.split() for rhyme in _RHYMES.split()),
    *("qu" + rhyme for rhyme in _AFTER_QU.split()),
    *("gi" + rhyme for rhyme in _AFTER_GI.split()),
}
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_STOPPED = re.compile("(?:c|ch|p|t)$")


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """Whether `word` (NFC) is a Vietnamese syllable in small letters, capitals or with a capital
    first; marks may stand in the old or the new style."""
    if not (word.islower() or word.isupper() or (word[:1].isupper() and word[1:].islower())):
        return False
    apart = normalize("NFD", word.lower())
    tones = _TONES.findall(apart)
    bare = normalize("NFC", _TONES.sub("", apart))
    if len(tones) > 1 or bare not in _BARE:
        return False
    return not _STOPPED.search(bare) or not tones or tones[0] in "\u0301\u0323"


def is_well_written(word: str) -> bool:
    """Whether `word` is a syllable with its tone at the letter where one of the styles puts it."""
    return is_syllable(word) and word in (place_tone(word), place_tone(word, new=True))
