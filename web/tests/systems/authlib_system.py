"""A system that lets people in by Gridhall's sign-in, written with Authlib as its makers show it.

ISSUER, CLIENT_ID, CLIENT_SECRET and PORT come from the environment.
"""

import logging
import os
from urllib.parse import urlencode

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, request, session
from joserfc import jwt
from joserfc.jwk import KeySet

ISSUER, CLIENT_ID = os.environ["ISSUER"], os.environ["CLIENT_ID"]
PORT = int(os.environ["PORT"])
HERE = f"http://127.0.0.1:{PORT}"
CONFIG = f"{ISSUER}/.well-known/openid-configuration"

app = Flask(__name__)
app.secret_key = os.urandom(32)
app.config["SESSION_COOKIE_NAME"] = "python_system"
oauth = OAuth(app)
city = oauth.register(
    "city",
    client_id=CLIENT_ID,
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=CONFIG,
    client_kwargs={"scope": "openid profile", "code_challenge_method": "S256"},
)
signed_out = set()


def page(text):
    return f"<!doctype html><title>应急指挥</title><h1>{text}</h1>", 200, {"cache-control": "no-store"}


@app.get("/")
def home():
    person = session.get("person")
    if person is None or session.get("sid") in signed_out:
        return page("未登录")
    return page(f"{person['name']} {person['region']} {','.join(post['role'] for post in person['posts'])}")


@app.get("/login")
def login():
    return city.authorize_redirect(f"{HERE}/back")


@app.get("/back")
def back():
    token = city.authorize_access_token()
    session["sid"] = token["userinfo"]["sid"]
    session["id_token"] = token["id_token"]
    session["person"] = dict(city.userinfo(token=token))
    return redirect("/")


@app.get("/logout")
def logout():
    asked = {"id_token_hint": session["id_token"], "post_logout_redirect_uri": f"{HERE}/out"}
    return redirect(f"{city.load_server_metadata()['end_session_endpoint']}?{urlencode(asked)}")


@app.post("/signed-out")
def told():
    keys = KeySet.import_key_set(city.fetch_jwk_set(force=True))
    token = jwt.decode(request.form["logout_token"], keys, algorithms=["RS256"])
    claims = jwt.JWTClaimsRegistry(iss={"essential": True, "value": ISSUER}, aud={"essential": True, "value": CLIENT_ID})
    claims.validate(token.claims)
    assert "http://schemas.openid.net/event/backchannel-logout" in token.claims["events"]
    signed_out.add(token.claims["sid"])
    return "", 200


@app.get("/out")
def out():
    return page("已退出")


# Its log would hold codes.
logging.getLogger("werkzeug").setLevel(logging.ERROR)

if __name__ == "__main__":
    print("ready", flush=True)
    app.run(host="127.0.0.1", port=PORT, threaded=True)
