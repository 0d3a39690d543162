// What the actions answer, as docs/actions.md and docs/administration.md tell. Only members that the pages use.
export type Result = Record<string, unknown>;

export interface Session {
  AccountId: string;
  AccessKeyId: string;
  Root: boolean;
  Projects: string[];
  Actions: string[];
  Version: string;
  KeepVersions: number;
}

export interface Delivery {
  Domain: string;
  Edge: string;
  State: 'waiting' | 'failing' | 'past' | 'acknowledged' | 'proved';
  Expected: boolean;
  WantedAt: string;
  WrittenAt: string;
  AcknowledgedAt: string;
  ProvedAt: string;
  Milliseconds?: number;
  Attempts: number;
  Failure: string;
  Final: boolean;
  FailingSince: string;
  NextTry: string;
  Shows: string;
  LastSeen: string;
  SeenBy: string;
  ValidUntil: string;
}

export interface DeliveryList {
  CertID: string;
  State: string;
  DeliveryList: Delivery[];
}

export interface Domain {
  Domain: string;
  Vhost: string;
  ProjectName: string;
  Type: string;
  Region: string;
  Enabled: boolean;
  CreateTime: string;
  ChainID: string;
  CertID: string;
  CertName: string;
  CertDomain: string;
  NotBefore: string;
  NotAfter: string; // of the leaf
  EndsAt: string; // when clients begin to refuse it
  HTTPS: boolean;
  HTTP2: boolean;
  MinTLSVersion: string;
  MaxTLSVersion: string;
  BoundAt: string;
  BoundBy: string;
  Ordered: boolean;
  Edges: Delivery[];
}

export interface Cert {
  ChainID: string;
  CertID: string;
  CertName: string;
  ProjectName: string;
  CertDomainList: string[];
  NotBefore: string;
  NotAfter: string; // of the leaf
  EndsAt: string; // when clients begin to refuse it
  CreateTime: string;
  Status: string;
  Superseded: boolean;
}

export interface Version {
  CertID: string;
  Current: boolean;
  KeyType: string;
  NotBefore: string;
  NotAfter: string; // of the leaf
  EndsAt: string; // when clients begin to refuse it
  DNSNames: string[];
  Fingerprint: string;
  CreateTime: string;
  CreatedBy: string;
  CreatedFrom: string;
}

export interface Edge {
  Name: string;
  Kind: string;
  Origin: string;
  Listen: string;
  Domains: string[];
  Projects: string[];
  Accounts: string[];
  Wanted: number;
  Proved: number;
  Failing: number;
  Failure: string;
  Trouble: string;
  ProvedAt: string;
}

// What is in files that somebody dropped. An origin is a file, or a member of an archive: "ca.zip: nginx/cert.pem".
export interface Inspection {
  Lack: '' | 'certificate' | 'key' | 'fitting-key';
  Uploads: { Leaf: string; Chain: string[]; Origins: string[]; KeyOrigin: string }[];
  Certificates: { Origin: string; Certificate?: string }[];
  Keys: { Origin: string }[];
  Faults: Fault[];
  LeftOut: { Why: 'other-key' | 'older-certificate' | 'other-certificate'; Origin: string }[];
}

export interface Fault {
  Origin: string;
  About: 'certificate' | 'key' | 'protected' | 'other' | 'limit';
  Message: string; // goes on behind the origin
  Detail: string; // English
  Remedy: string;
}

export interface AuditRecord {
  Position: number;
  Time: string;
  AccountId: string;
  AccessKeyId: string;
  Action: string;
  Subject: string;
  PeerAddress: string;
  RequestId: string;
  Kind: string; // write, refusal, opening or sign-in
  Detail: string;
}

export interface NotifyChannel {
  Name: string;
  Kind: string; // empty: another release made it
  Host: string;
  Language: string;
  Accounts: string[];
  QuietHours: string;
  To: string[];
  From: string;
  User: string;
  Open: number; // facts that last, of which it was told
  DeliveredAt: string;
  Failures: number; // in a row
  Failure: string; // English
  FailingSince: string;
  NextTry: string;
}

export interface Finding {
  Id: string;
  Severity: 'error' | 'warning';
  Part: 'upload' | 'certificates' | 'key';
  Block: number;
  Message: string;
  Remedy: string;
}

export interface Plan {
  Accepted: boolean;
  Effect: 'create' | 'update' | 'relabel' | 'none' | 'refuse';
  ChainID?: string;
  Domain?: string;
  Findings: Finding[];
  Chain?: string[];
  UncoveredDomains: string[];
  Error?: { Code: string; Message: string };
}

export interface Account {
  AccountId: string;
  AccountName: string;
  Status: string;
  Root?: boolean;
}

export interface AccessKey {
  AccessKeyId: string;
  Projects: string[];
  Status: string;
  CreateTime: string;
}

export interface CertDetail extends Cert {
  SSL: { KeyType: string; Chain: string[] };
  SignatureAlgorithm: string;
  FingerprintSHA256: string;
  Warnings?: string[];
}
