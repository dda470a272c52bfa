// A system that lets people in by Gridhall's sign-in, written with openid-client as its makers show it.
// ISSUER, CLIENT_ID, CLIENT_SECRET and PORT come from the environment.
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';

const { ISSUER = '', CLIENT_ID = '', CLIENT_SECRET = '', PORT = '' } = process.env;
const here = `http://127.0.0.1:${PORT}`;
// Plain http is for this machine alone; the library refuses it elsewhere.
const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, oidc.ClientSecretBasic(CLIENT_SECRET), { execute: [oidc.allowInsecureRequests] });
const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
const journeys = new Map();
const sessions = new Map();

const cookie = (request) => /(?:^|; )node_system=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
const html = (response, text) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(`<!doctype html><title>协同办公</title><h1>${text}</h1>`);
const go = (response, to, headers = {}) => response.writeHead(302, { location: String(to), ...headers }).end();

async function answer(request, response) {
  const url = new URL(request.url, here);
  const session = sessions.get(cookie(request));
  if (url.pathname === '/login') {
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const nonce = oidc.randomNonce();
    journeys.set(state, { verifier, nonce });
    return go(response, oidc.buildAuthorizationUrl(config, {
      redirect_uri: `${here}/back`, scope: 'openid profile', state, nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    }));
  }
  if (url.pathname === '/back') {
    const state = url.searchParams.get('state') ?? '';
    const { verifier, nonce } = journeys.get(state) ?? {};
    const tokens = await oidc.authorizationCodeGrant(config, url, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce });
    const claims = tokens.claims();
    const person = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
    const id = randomUUID();
    sessions.set(id, { tokens, person, sid: claims.sid });
    return go(response, '/', { 'set-cookie': `node_system=${id}; HttpOnly; Path=/` });
  }
  if (url.pathname === '/renew' && session) {
    session.tokens = await oidc.refreshTokenGrant(config, session.tokens.refresh_token);
    await oidc.fetchUserInfo(config, session.tokens.access_token, session.person.sub);
    return html(response, '已续期');
  }
  if (url.pathname === '/logout' && session) {
    return go(response, oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: `${here}/out`, id_token_hint: session.tokens.id_token }));
  }
  if (url.pathname === '/signed-out' && request.method === 'POST') {
    let body = '';
    for await (const part of request) body += part;
    const token = new URLSearchParams(body).get('logout_token') ?? '';
    const { payload } = await jwtVerify(token, keys, { issuer: ISSUER, audience: CLIENT_ID, typ: 'logout+jwt' });
    for (const [id, { sid }] of sessions) if (sid === payload.sid) sessions.delete(id);
    return response.writeHead(200, { 'cache-control': 'no-store' }).end();
  }
  if (url.pathname === '/out') return html(response, '已退出');
  if (!session) return html(response, '未登录');
  const { name, region, posts } = session.person;
  return html(response, `${name} ${region} ${posts.map((post) => post.role).join(',')}`);
}

createServer((request, response) => {
  answer(request, response).catch((error) => response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(`${error?.code ?? ''} ${error}`));
}).listen(Number(PORT), '127.0.0.1', () => console.log('ready'));
