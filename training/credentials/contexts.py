"""The vocabularies a signed file is read by: three addresses, and their content from the package that brings it."""

from openbadgeslib.ob3.contexts import document_loader

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
# Defines the type of `credentialSchema`; without it the file fails elsewhere (training spec, 4.7-3).
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
MULTIKEY = "https://w3id.org/security/multikey/v1"
DID = "https://www.w3.org/ns/did/v1"

OF_BADGES = (CREDENTIALS, OPEN_BADGES, EXTENSIONS)
OF_LISTS = (CREDENTIALS,)

# Gives what the package holds and refuses every other address; nothing is ever fetched.
loader = document_loader()
