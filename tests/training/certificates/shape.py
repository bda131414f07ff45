"""What Open Badges 3.0 and our rules demand of a certificate's form, in our own words (training spec, 4.3 and 4.7).

Written from the tables of the standard for the day on which the official schema cannot be fetched. It is stricter where
we are: one identity by salted hash, one status, one embedded proof.
"""

from typing import Any

ADDRESS = {"type": "string", "pattern": "^[a-z][a-z0-9+.-]*:[^\\s]+$"}
MOMENT = {"type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$"}
TEXT = {"type": "string", "minLength": 1}
NUMBER = {"type": "number", "minimum": 0}
ACHIEVEMENT_TYPES = [
    *("Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree", "Award", "Badge"),
    *("BachelorDegree", "Certificate", "CertificateOfCompletion", "Certification", "CommunityService", "Competency"),
    *("Course", "CoCurricular", "Degree", "Diploma", "DoctoralDegree", "Fieldwork", "GeneralEducationDevelopment"),
    *("JourneymanCertificate", "LearningProgram", "License", "Membership", "ProfessionalDoctorate"),
    *("QualityAssuranceCredential", "MasterCertificate", "MasterDegree", "MicroCredential", "ResearchDoctorate"),
    "SecondarySchoolDiploma",
]
RESULT_TYPES = [
    *("GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore", "RawScore", "Result"),
    *("RubricCriterion", "RubricCriterionLevel", "RubricScore", "ScaledScore", "Status"),
]
STATUSES = ["Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"]


def of_type(*names: str) -> dict[str, Any]:
    return {"type": "array", "items": TEXT, "allOf": [{"contains": {"const": name}} for name in names]}


def listed_or_ext(names: list[str]) -> dict[str, Any]:
    return {"anyOf": [{"enum": names}, {"type": "string", "pattern": "^ext:[a-zA-Z_.-]+$"}]}


def thing(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": required | (optional or {})}


def some(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": of}


PROFILE = thing({"id": ADDRESS, "type": of_type("Profile"), "name": TEXT}, {"url": ADDRESS})
IDENTITY = thing(
    {"type": {"const": "IdentityObject"}, "hashed": {"type": "boolean"}, "identityHash": TEXT, "identityType": TEXT},
    {"salt": TEXT},
)
ALIGNMENT = thing(
    {"type": of_type("Alignment"), "targetName": TEXT, "targetUrl": ADDRESS},
    {
        "targetType": listed_or_ext(["ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CTDL"]),
        "targetCode": TEXT,
    },
)
MEASURE = thing(
    {"id": ADDRESS, "type": of_type("ResultDescription"), "name": TEXT, "resultType": listed_or_ext(RESULT_TYPES)},
    {"valueMin": TEXT, "valueMax": TEXT, "requiredValue": TEXT},
)
ACHIEVEMENT = thing(
    {
        "id": ADDRESS,
        "type": of_type("Achievement"),
        "name": TEXT,
        "description": TEXT,
        "criteria": thing({"narrative": {"type": "string"}}),
    },
    {
        "achievementType": listed_or_ext(ACHIEVEMENT_TYPES),
        "creator": PROFILE,
        "creditsAvailable": NUMBER,
        "inLanguage": {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]+)*$"},
        "alignment": some(ALIGNMENT),
        "resultDescription": some(MEASURE),
    },
)
RESULT = thing({"type": of_type("Result")}, {"resultDescription": ADDRESS, "value": TEXT, "status": {"enum": STATUSES}})
SUBJECT = thing(
    {"id": ADDRESS, "type": of_type("AchievementSubject"), "achievement": ACHIEVEMENT, "identifier": some(IDENTITY)},
    {
        "activityStartDate": MOMENT,
        "activityEndDate": MOMENT,
        "creditsEarned": NUMBER,
        "licenseNumber": TEXT,
        "term": TEXT,
        "source": PROFILE,
        "result": some(RESULT),
    },
)
PROOF = thing(
    {
        "type": {"const": "DataIntegrityProof"},
        "cryptosuite": {"const": "eddsa-rdfc-2022"},
        "created": MOMENT,
        "verificationMethod": ADDRESS,
        "proofPurpose": {"const": "assertionMethod"},
        "proofValue": {"type": "string", "pattern": "^z[1-9A-HJ-NP-Za-km-z]+$"},
    }
)
CERTIFICATE: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2019-09/schema",
    **thing(
        {
            "@context": {
                "type": "array",
                "minItems": 2,
                "items": [
                    {"const": "https://www.w3.org/ns/credentials/v2"},
                    {"pattern": "^https://purl\\.imsglobal\\.org/spec/ob/v3p0/context-3\\.0\\.\\d+\\.json$"},
                ],
                "contains": {"const": "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"},
            },
            "id": ADDRESS,
            "type": of_type("VerifiableCredential", "OpenBadgeCredential"),
            "name": TEXT,
            "issuer": PROFILE,
            "validFrom": MOMENT,
            "credentialSubject": SUBJECT,
            # One object: a list of them is not valid (4.7-5).
            "credentialStatus": thing({"id": ADDRESS, "type": {"const": "BitstringStatusListEntry"}}),
            "credentialSchema": some(thing({"id": ADDRESS, "type": {"const": "1EdTechJsonSchemaValidator2019"}})),
        },
        {
            "validUntil": MOMENT,
            "awardedDate": MOMENT,
            "evidence": some(thing({"type": of_type("Evidence")}, {"id": ADDRESS, "name": TEXT, "narrative": TEXT})),
            "proof": PROOF,
        },
    ),
}
