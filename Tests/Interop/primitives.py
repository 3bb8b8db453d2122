"""The primitives the protocol text names. For tests only: nothing here is constant-time or wipes its secrets."""

import hashlib
import hmac
import os

from kyber_py.ml_kem import ML_KEM_768
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.exceptions import RuntimeError as SodiumError


class Refused(Exception):
    """The one refusal there is. Its text is for the person debugging, not part of the protocol."""


def H(data):
    return hashlib.sha512(data).digest()


def HMAC(key, data):
    return hmac.new(key, data, hashlib.sha512).digest()


def blake2b_256(data):
    return hashlib.blake2b(data, digest_size=32).digest()


# HKDF (RFC 5869)

def hkdf_extract(salt, ikm, algorithm="sha512"):
    return hmac.new(salt, ikm, algorithm).digest()


def hkdf_expand(prk, info, length, algorithm="sha512"):
    # RFC 5869 asks for a PRK of at least the hash's length. The message key of ratchet.md section 1 is shorter (32 of
    # 64 bytes), so the length is deliberately not checked here.
    out, block, counter = b"", b"", 1
    while len(out) < length:
        block = hmac.new(prk, block + info + bytes([counter]), algorithm).digest()
        out += block
        counter += 1
    return out[:length]


# X25519

def x25519_public(private):
    return bindings.crypto_scalarmult_base(private)


def X(private, public):
    try:
        return bindings.crypto_scalarmult(private, public)
    except SodiumError:  # libsodium refuses exactly the points whose result is all zero
        raise Refused("X25519 result is zero")


def x25519_pair():
    private = os.urandom(32)
    return private, x25519_public(private)


def ed25519_pair():
    public, private = bindings.crypto_sign_keypair()
    return private[:32], public


# X-Wing (draft-connolly-cfrg-xwing-kem)

XWING_PUBLIC = 1216
XWING_CIPHERTEXT = 1120
XWING_LABEL = b"\\.//^\\"


def _xwing_x(private, public):
    # The draft runs X25519 without the check for zero.
    try:
        return bindings.crypto_scalarmult(private, public)
    except SodiumError:
        return bytes(32)


def _xwing_expand(seed):
    expanded = hashlib.shake_256(seed).digest(96)
    ek, dk = ML_KEM_768.key_derive(expanded[:64])
    return dk, expanded[64:], ek, x25519_public(expanded[64:])


def _xwing_combine(ss_m, ss_x, ct_x, pk_x):
    return hashlib.sha3_256(ss_m + ss_x + ct_x + pk_x + XWING_LABEL).digest()


def xwing_public(seed):
    _, _, pk_m, pk_x = _xwing_expand(seed)
    return pk_m + pk_x


def xwing_pair():
    seed = os.urandom(32)
    return seed, xwing_public(seed)


def xwing_check(public):
    """The checks of FIPS 203 section 7.2: length, and every coefficient below 3329."""
    if len(public) != XWING_PUBLIC:
        raise Refused("X-Wing key: length")
    for i in range(0, 1152, 3):
        a, b, c = public[i:i + 3]
        if (a | (b & 15) << 8) >= 3329 or (b >> 4 | c << 4) >= 3329:
            raise Refused("X-Wing key: coefficient")


def xwing_encapsulate(public, eseed=None):
    """Returns (shared secret, ciphertext). `eseed` (64 bytes) makes it repeatable, as the draft's vectors need."""
    xwing_check(public)
    eseed = eseed or os.urandom(64)
    pk_m, pk_x = public[:1184], public[1184:]
    ss_m, ct_m = ML_KEM_768._encaps_internal(pk_m, eseed[:32])
    ct_x = x25519_public(eseed[32:])
    return _xwing_combine(ss_m, _xwing_x(eseed[32:], pk_x), ct_x, pk_x), ct_m + ct_x


def xwing_decapsulate(seed, ciphertext):
    if len(ciphertext) != XWING_CIPHERTEXT:
        raise Refused("X-Wing ciphertext: length")
    dk, sk_x, _, pk_x = _xwing_expand(seed)
    ct_m, ct_x = ciphertext[:1088], ciphertext[1088:]
    return _xwing_combine(ML_KEM_768.decaps(dk, ct_m), _xwing_x(sk_x, ct_x), ct_x, pk_x)


# HPKE (RFC 9180), base mode, KEM 0x647a, KDF 0x0001, AEAD 0x0003

HPKE_SUITE = b"HPKE" + bytes.fromhex("647a" "0001" "0003")


def _labeled_extract(salt, label, ikm):
    return hkdf_extract(salt, b"HPKE-v1" + HPKE_SUITE + label + ikm, "sha256")


def _labeled_expand(prk, label, info, length):
    return hkdf_expand(prk, length.to_bytes(2, "big") + b"HPKE-v1" + HPKE_SUITE + label + info, length, "sha256")


class HPKEContext:
    def __init__(self, shared_secret, info):
        context = b"\x00" + _labeled_extract(b"", b"psk_id_hash", b"") + _labeled_extract(b"", b"info_hash", info)
        secret = _labeled_extract(shared_secret, b"secret", b"")
        self.key = _labeled_expand(secret, b"key", context, 32)
        self.base_nonce = _labeled_expand(secret, b"base_nonce", context, 12)
        self.exporter_secret = _labeled_expand(secret, b"exp", context, 32)
        self.sequence = 0

    def _nonce(self):
        return bytes(a ^ b for a, b in zip(self.base_nonce, self.sequence.to_bytes(12, "big")))

    def seal(self, aad, plaintext):
        out = bindings.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, aad, self._nonce(), self.key)
        self.sequence += 1
        return out

    def open(self, aad, ciphertext):
        try:
            out = bindings.crypto_aead_chacha20poly1305_ietf_decrypt(ciphertext, aad, self._nonce(), self.key)
        except CryptoError:
            raise Refused("HPKE does not open")
        self.sequence += 1
        return out

    def export(self, context, length):
        return _labeled_expand(self.exporter_secret, b"sec", context, length)


def hpke_setup_sender(public, info, eseed=None):
    shared, enc = xwing_encapsulate(public, eseed)
    return enc, HPKEContext(shared, info)


def hpke_setup_receiver(enc, seed, info):
    return HPKEContext(xwing_decapsulate(seed, enc), info)


# AEAD of the ratchet: XChaCha20-Poly1305

def aead_seal(key, nonce, ad, plaintext):
    return bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, ad, nonce, key)


def aead_open(key, nonce, ad, ciphertext):
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(ciphertext, ad, nonce, key)
    except CryptoError:
        raise Refused("AEAD does not open")


# Sealed box (crypto_box_seal)

def sealed_box(public, plaintext):
    return bindings.crypto_box_seal(plaintext, public)


def sealed_box_open(private, box):
    try:
        return bindings.crypto_box_seal_open(box, x25519_public(private), private)
    except CryptoError:
        raise Refused("sealed box does not open")
