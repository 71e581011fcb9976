namespace AgentRuntime.Core.Tests.Scrubbing;

/// <summary>Lines as logs, documents and this product's own files hold them. No layer of the scrubber may change one of them.</summary>
internal static class OrdinaryLines
{
    public static string[] All { get; } =
    [
        "2026-03-01T10:15:30.123Z INFO run_01jqk3v5m8x9y2z4a6b7c8d9ef started workflow invoice-follow-up",
        "aud_01jqk3v5m8x9y2z4a6b7c8d9ef intent allowed crm/read#v3 lease_01jqk3v5m8x9y2z4a6b7c8d9ef",
        "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "\"previous_hash\": \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
        "\"workflow_sha256\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"token_accessor\":\"embedded-accessor-0192f3a4\"",
        "id 0192f3a4-5b6c-7d8e-9f01-23456789abcd and commit 60f65dd2c1a4e5b6a7d8c9e0f1a2b3c4d5e6f7a8",
        "[redacted:crm/read#v3] and [redacted:shape:github-token:0123456789ab] stay",
        "password=[redacted:crm/read#v3] token: [redacted:shape:vault-token:0123456789ab]",
        "The password is required. Enter your password: ",
        "password: string; secret: required; token: optional",
        "password = getPassword(); var secret = config.Secret;",
        "PASSWORD=${DB_PASSWORD} TOKEN={{ steps.login.token }} SECRET=$SECRET api_key=<your key> password=%PASSWORD%",
        "Authorization: Bearer [token] or Basic authentication; bearer authentication is required",
        "WWW-Authenticate: Bearer realm=\"crm\", error=\"invalid_token\"",
        "See https://example.com/docs/user:guide and http://127.0.0.1:7001/mcp",
        "postgres://user:password@localhost:5432/db",
        "git@github.com:owner/repo.git and someone@example.com",
        "GET /api/v1/customers/8271?page_token=eyJvZmZzZXQiOjEwMH0&limit=100 200 12ms",
        "\"nextPageToken\": \"CAoQAA2938abcdeF\", \"max_tokens\": 4096, \"completion_tokens\": 12345678",
        "\"idempotency_key\": \"run_01jqk3v5m8x9y2z4a6b7c8d9ef:send\"",
        "secret_name: projects/app-1/secrets/database-2 secretRef=app-db-credentials-1",
        "The secret store's version is 3; secret expires at 2026-05-01T00:00:00Z",
        "{\"secrets\":{\"store\":\"embedded\",\"embedded\":{\"path\":\".agentruntime/secrets.db\",\"master_key\":{\"source\":\"user_file\"}}}}",
        "task-0192f3a45b6c7d8e9f0123456789abcdef01 risk-assessment disk-usage desk-01",
        "-----BEGIN CERTIFICATE-----",
        "------------------------------ --- ----",
        "at AgentRuntime.Runs.RunEngine.RunAsync(RunRequest request, IRunObserver observer, CancellationToken cancellationToken)",
        "s.StartsWith this.s.Length; it's. sg.example SG.Tools eyJ eyJhbGciOiJub25lIn0",
        "Sphinx of black quartz, judge my vow. 0123456789 () [] {} <> \"quoted\" 'single' `code`",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
        "{ \"type\": \"bearer\" }, { \"type\": \"api_key\", \"header\": \"X-Api-Key\", \"format\": \"Token {value}\" }",
        "npm install @modelcontextprotocol/server-everything@1.2.3 --token-file ./token1 --password-file /run/secrets/db1",
        "credential_version 17, credential crm/read, result succeeded, duration_ms 12.5",
    ];
}
