import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { certificateNames } from './certificate-names.ts'

/** Of `O=Fleet, CN=WVWZZZ1JZXW000001`, with a DNS name, a URI and an IP address; by OpenSSL, as the other one. */
const MANY_NAMES = `
-----BEGIN CERTIFICATE-----
MIIB6jCCAZCgAwIBAgIUBPFv1oSoRsr6mwyTkwE8NC2H7VowCgYIKoZIzj0EAwIw
LDEOMAwGA1UECgwFRmxlZXQxGjAYBgNVBAMMEVdWV1paWjFKWlhXMDAwMDAxMCAX
DTI2MTEyMjAzNTEwN1oYDzIxMjYxMDI5MDM1MTA3WjAsMQ4wDAYDVQQKDAVGbGVl
dDEaMBgGA1UEAwwRV1ZXWlpaMUpaWFcwMDAwMDEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARJVszd3AzkVAv3CF9Bp1cnTwj+7HEUV981OavAThDM/WyOY4nxC2Wi
hYyn71epvoWpqoIlxshcjLmdlBStfFNwo4GNMIGKMB0GA1UdDgQWBBRDzru2yI1L
ix/xin87wRx1MufhtDAfBgNVHSMEGDAWgBRDzru2yI1Lix/xin87wRx1MufhtDAP
BgNVHRMBAf8EBTADAQH/MDcGA1UdEQQwMC6CC2Nhci5leGFtcGxlhhl1cm46dmlu
OldWV1paWjFKWlhXMDAwMDAxhwTAAAIBMAoGCCqGSM49BAMCA0gAMEUCIQDHMB+i
BJu+SudA4/6lF+yOebtVFwz+WESjSOjcIFh3JwIgJSiuSt9gt/OC6yrlZiv9tvim
frj6QXyiOrQYhWpKQIE=
-----END CERTIFICATE-----
`

/** Of `CN=car`, with the URI `urn:a, DNS:van.example, urn:b` and a DNS name. */
const TRICKY_NAMES = `
-----BEGIN CERTIFICATE-----
MIIBeTCCAR6gAwIBAgIUXTFneSTIR4iEgIIOUx1odm/bsTowCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDY2FyMCAXDTI2MTEyMjAzNTEwN1oYDzIxMjYxMDI5MDM1MTA3
WjAOMQwwCgYDVQQDDANjYXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASwntIJ
580djGgzCtpF2GMmF/N4pFClotV1JLj+8bGzfeMLTC/ecABwtY7qpYpJBtzEAyxI
kN6f78YgylXba7yvo1gwVjA1BgNVHREELjAshh11cm46YSwgRE5TOnZhbi5leGFt
cGxlLCB1cm46YoILY2FyLmV4YW1wbGUwHQYDVR0OBBYEFPNIldOUVfSIrNUS1xhK
aaR3ztkgMAoGCCqGSM49BAMCA0kAMEYCIQC1tluV++o+cpndtLpz3pfzSpA1EK1v
v4w5CozJ/jrsOwIhAIUkd3g3CEITbXIxYKfpD79gLK04JygyiozT7wgr7PUO
-----END CERTIFICATE-----
`

test('the common name, DNS names and URIs are names', () => {
  assert.deepEqual(certificateNames(new X509Certificate(MANY_NAMES)), [
    'WVWZZZ1JZXW000001',
    'car.example',
    'urn:vin:WVWZZZ1JZXW000001',
  ])
})

test('what looks like a name within another one is none', () => {
  assert.deepEqual(certificateNames(new X509Certificate(TRICKY_NAMES)), ['car', 'car.example'])
})

test('without a certificate there are no names', () => {
  assert.deepEqual(certificateNames(undefined), [])
})
