"""Which distributions bring a module, where its name does not say so."""

from __future__ import annotations

import re

__all__ = ["BRING_GOOGLE", "BROUGHT_ALONG", "FRAMEWORK_MODULES", "distributions_of"]

FRAMEWORK_MODULES = frozenset(
    {"functions_framework", "flask", "werkzeug", "jinja2", "markupsafe", "itsdangerous"}
    | {"blinker", "click", "gunicorn", "watchdog", "cloudevents", "deprecation"}
    | {"packaging", "starlette", "uvicorn", "uvicorn_worker", "h11", "anyio", "idna"}
    | {"sniffio", "typing_extensions", "importlib_metadata", "zipp", "pip"}
    | {"setuptools", "pkg_resources", "wheel", "google.cloud.functions"}
)
"""Modules that come with functions-framework, which the build adds by itself."""

BROUGHT_ALONG = frozenset(
    {"requests", "urllib3", "certifi", "idna", "charset-normalizer", "chardet", "numpy"}
    | {"pytz", "python-dateutil", "six", "httpx", "httpcore", "pydantic", "cffi"}
    | {"google-auth", "google-api-core", "protobuf", "googleapis-common-protos"}
    | {"grpcio", "grpcio-status", "proto-plus", "cachetools", "rsa", "pyasn1"}
    | {"google-cloud-core", "google-resumable-media", "google-crc32c", "attrs"}
    | {"google-auth-httplib2", "httplib2", "uritemplate", "oauth2client", "aiohttp"}
    | {"cryptography", "pyyaml", "lxml", "multidict", "yarl", "tqdm", "jsonschema"}
    | {"google-auth-oauthlib", "requests-oauthlib", "oauthlib", "pyparsing", "greenlet"}
    | {"python-dotenv", "rich", "tenacity", "regex", "joblib", "scipy", "pandas"}
    | {"sqlalchemy", "jmespath", "botocore", "s3transfer", "tzdata", "psutil"}
    | {"google-cloud-firestore", "google-cloud-storage", "google-cloud-bigquery"}
    | {"pyjwt", "simplejson", "filelock", "docutils", "pillow", "dateutil"}
)
"""Distributions that others so often bring that their absence says nothing."""

BRING_GOOGLE = (
    *("google", "firebase", "pandas-gbq", "gcsfs", "apache", "tensorflow", "dbt"),
    *("langchain", "vertexai", "cloud-sql", "gspread", "opencensus", "opentelemetry"),
)
"""What the names of distributions that bring Google's libraries begin with."""

_NAMES: dict[str, tuple[str, ...]] = {
    "yaml": ("PyYAML", "ruamel.yaml"),
    "bs4": ("beautifulsoup4",),
    "PIL": ("Pillow",),
    "cv2": ("opencv-python", "opencv"),
    "sklearn": ("scikit-learn",),
    "skimage": ("scikit-image",),
    "dotenv": ("python-dotenv",),
    "dateutil": ("python-dateutil",),
    "jwt": ("PyJWT",),
    "Crypto": ("pycryptodome", "pycrypto"),
    "Cryptodome": ("pycryptodomex",),
    "OpenSSL": ("pyOpenSSL",),
    "slack": ("slackclient",),
    "slack_sdk": ("slack_sdk", "slack-bolt", "slackclient"),
    "telegram": ("python-telegram-bot",),
    "telebot": ("pyTelegramBotAPI",),
    "googleapiclient": ("google-api-python-client",),
    "apiclient": ("google-api-python-client",),
    "discord": ("discord.py", "py-cord"),
    "MySQLdb": ("mysqlclient",),
    "mysql": ("mysql-connector-python",),
    "psycopg2": ("psycopg2-binary", "psycopg2"),
    "attr": ("attrs",),
    "docx": ("python-docx",),
    "pptx": ("python-pptx",),
    "fitz": ("PyMuPDF",),
    "magic": ("python-magic",),
    "git": ("GitPython",),
    "github": ("PyGithub",),
    "gitlab": ("python-gitlab",),
    "jose": ("python-jose",),
    "multipart": ("python-multipart",),
    "dns": ("dnspython",),
    "nacl": ("PyNaCl",),
    "serial": ("pyserial",),
    "zmq": ("pyzmq",),
    "ldap3": ("ldap3",),
    "sendgrid": ("sendgrid",),
    "facebook_business": ("facebook_business",),
    "MeCab": ("mecab-python3",),
    "Levenshtein": ("python-Levenshtein", "Levenshtein", "rapidfuzz"),
    "slugify": ("python-slugify",),
    "mailchimp_marketing": ("mailchimp-marketing",),
    "faiss": ("faiss-cpu", "faiss"),
    "umap": ("umap-learn",),
    "proto": ("proto-plus",),
    "grpc": ("grpcio",),
    "firebase_admin": ("firebase-admin",),
    "pandas_gbq": ("pandas-gbq",),
    "vertexai": ("google-cloud-aiplatform", "vertexai"),
    "genai": ("google-genai",),
}

_GOOGLE = (
    (r"google\.cloud\.([a-z][a-z0-9]*(?:_[a-z]+)*?)(?:_v\d\w*)?(?:\..*)?", None),
    (r"google\.generativeai(?:\..*)?", ("google-generativeai",)),
    (r"google\.genai(?:\..*)?", ("google-genai",)),
)

_GOOGLE_NAMES = {
    "secretmanager": "google-cloud-secret-manager",
    "error_reporting": "google-cloud-error-reporting",
    "resourcemanager": "google-cloud-resource-manager",
    "bigquery_storage": "google-cloud-bigquery-storage",
    "bigquery_datatransfer": "google-cloud-bigquery-datatransfer",
    "videointelligence": "google-cloud-videointelligence",
    "discoveryengine": "google-cloud-discoveryengine",
    "sql": "cloud-sql-python-connector",
    "ndb": "google-cloud-ndb",
    "dlp": "google-cloud-dlp",
    "devtools": "google-cloud-build",
    "orchestration": "google-cloud-orchestration-airflow",
    "monitoring_dashboard": "google-cloud-monitoring-dashboards",
}


def distributions_of(path: str) -> tuple[str, ...]:
    """Return the distributions that may bring a module, the usual one first.

    An empty tuple means that nothing can be said.
    """
    first = path.partition(".")[0]
    if first == "google":
        return _google(path)
    return _NAMES.get(first, (first,))


def _google(path: str) -> tuple[str, ...]:
    for pattern, names in _GOOGLE:
        found = re.fullmatch(pattern, path)
        if found is None:
            continue
        if names is not None:
            return names
        product = found[1]
        usual = _GOOGLE_NAMES.get(product, "google-cloud-" + product.replace("_", "-"))
        return (usual,)
    return ()
