using System.Text;
using System.Text.Json;
using AgentRuntime.Json;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Clean;

namespace AgentRuntime.Core.Tests.Workflows.Clean;

public sealed class RefusedTests
{
    public static TheoryData<string> Environment => new(
        "$X", "${X}", "$API_KEY", "${API_KEY}", "prefix-$TOKEN", "echo $HOME/bin", "${HOME:-/root}", "$my_token", "$env:API_KEY", "${env:API_KEY}", "${{ env.X }}",
        "%X%", "%API_KEY%", "%PATH%;C:/bin", "%appdata%/x", "{{env.X}}", "{{ env.X }}", "{{ $env.X }}", "{{input.a | env.X}}", "{{env \"X\"}}", "{{process.env.X}}",
        "process.env.X", "process.env[\"X\"]", "process.env?.X", "import.meta.env.X", "os.environ[\"X\"]", "os.environ.get('X')", "os.getenv('X')", "getenv(\"X\")",
        "ENV['X']", "ENV[\"X\"]", "ENV.fetch('X')", "System.getenv(\"X\")", "Environment.GetEnvironmentVariable(\"X\")", "<%= ENV['X'] %>", "#{ENV['X']}", "!env X", "!ENV X",
        "env:API_KEY", "env:my_secret", "env://X", "env.API_KEY", "Deno.env.get('X')", "std::env::var(\"X\")", "$_ENV['X']", "env('X')", "$(printenv X)", "lookup('env', 'X')", "os.Getenv(\"X\")");

    public static TheoryData<string> Secrets => new(
        "vault:secret/data/crm#key", "vault://secret/crm", "secret/data/crm", "see kv/data/crm/read", "secrets/metadata/x", "aws-sm://crm", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:crm",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/crm", "op://vault/item/field", "projects/p/secrets/s/versions/latest", "@Microsoft.KeyVault(SecretUri=x)", "https://crm.vault.azure.net/secrets/key",
        "{{secret.x}}", "{{secrets.X}}", "{{ secrets.X }}", "{{vault.crm}}", "{{ vault \"crm\" }}", "{{credentials.crm}}", "{{ with secret \"crm\" }}", "{{input.x | secrets.y}}", "{{secrets}}", "${{ secrets.X }}", "${{secrets.X}}",
        "ref+vault://crm", "!secret crm", "!vault crm", "doppler://x", "keyring:crm", "${vault:crm}", "${ssm:/crm}", "{{resolve:secretsmanager:crm}}", "secretref:crm", "/run/secrets/crm", "database/creds/readonly", "gcp-sm://x", "azure-kv://x");

    public static TheoryData<string> Urls => new(
        "https://user:pw@api.example.com/x", "https://user@api.example.com/", "postgres://app:hunter22@db/crm", "see ftp://a:b@files.example.com now", "https://{{input.u}}:{{input.p}}@api.example.com",
        "https://api.example.com/?access_token=abc", "https://api.example.com/?a=1&api_key=abc", "https://api.example.com/x?sig=abc", "https://api.example.com/x?key=abc", "https://api.example.com/x?token={{input.t}}",
        "/v1/items?apikey=abc", "https://api.example.com/#access_token=abc", "https://api.example.com/?X-Amz-Signature=abc", "redis://:pw@cache:6379", "https://api.example.com/?page=1;password=abc");

    public static TheoryData<string, string> Arguments => new()
    {
        { """{"Authorization":"x"}""", "/Authorization" },
        { """{"headers":{"x-api-key":"x"}}""", "/headers/x-api-key" },
        { """{"api_key":"x"}""", "/api_key" },
        { """{"apiKey":"x"}""", "/apiKey" },
        { """{"API-KEY":"x"}""", "/API-KEY" },
        { """{"password":"{{input.password}}"}""", "/password" },
        { """{"password":12345678}""", "/password" },
        { """{"db_password":"x"}""", "/db_password" },
        { """{"passwd":"x"}""", "/passwd" },
        { """{"client_secret":"x"}""", "/client_secret" },
        { """{"token":"x"}""", "/token" },
        { """{"access_token":["x"]}""", "/access_token" },
        { """{"bearer":"x"}""", "/bearer" },
        { """{"private_key":"x"}""", "/private_key" },
        { """{"cookie":"a=b"}""", "/cookie" },
        { """{"dsn":"x"}""", "/dsn" },
        { """{"connectionString":"x"}""", "/connectionString" },
        { """{"secret":{"value":"x"}}""", "/secret" },
        { """{"a":[{"b":{"passphrase":"x"}}]}""", "/a/0/b/passphrase" },
        { """{"headers":[{"name":"Authorization","value":"x"}]}""", "/headers/0/value" },
        { """{"h":"Authorization: Bearer x"}""", "/h" },
        { """{"h":"X-Api-Key: abcdef"}""", "/h" },
        { """{"c":"Server=db;Password=abc;"}""", "/c" },
        { """{"q":"{{input.api_key}}"}""", "/q" },
        { """{"properties":{"password":{"type":"string","default":"x"}}}""", "/properties/password" },
    };

    [Fact]
    public void Refuses_credential_literals_in_every_form_and_place()
    {
        foreach (var secret in MadeUp.All())
        {
            foreach (var form in new[] { secret, $"use {secret} here", $"{{{{input.x | \"{secret}\"}}}}" })
            {
                Refused(ValueIn("/steps/0/tool_args/a/0/b", form), "/steps/0/tool_args/a/0/b", ProblemCodes.CredentialLiteral, secret);
            }

            Refused($$"""{"description":{{Text(secret)}}}""", "/description", ProblemCodes.CredentialLiteral, secret);
        }
    }

    [Fact]
    public void Refuses_credential_literals_under_encodings()
    {
        var secret = MadeUp.GitHub;
        var encoded = new[] { MadeUp.Base64(secret), MadeUp.Percent(secret), MadeUp.Base64(MadeUp.Base64(secret)), MadeUp.Percent(MadeUp.Base64(secret)), MadeUp.Base64("token is " + secret + "!") };
        foreach (var form in encoded)
        {
            Refused(ValueIn("/a", form), "/a", ProblemCodes.CredentialLiteral, form);
        }
    }

    [Fact]
    public void Refuses_a_credential_as_a_member_name_and_does_not_print_it()
    {
        var secret = MadeUp.GitHub;
        Refused("{\"a\":{" + Text(secret) + ":1}}", "/a", ProblemCodes.CredentialLiteral, secret);
    }

    [Fact]
    public void Refuses_a_credential_in_pieces()
    {
        var secret = MadeUp.GitHub;
        var (first, second) = (secret[..12], secret[12..]);
        foreach (var form in new[]
        {
            $"{{{{input.a | \"{first}\"}}}}{second}", $"{first}{{{{input.x}}}}{second}", $"{{{{\"{first}\" | \"{second}\"}}}}", first + "{{input.rest}}", $"{{{{'{first}'}}}}{{{{'{second}'}}}}",
        })
        {
            Refused(ValueIn("/a", form), "/a", ProblemCodes.CredentialLiteral, first);
        }

        Refused($$"""{"a":["{{first}}","{{second}}"]}""", "/a", ProblemCodes.CredentialLiteral, first);
        Refused($$"""{"expression":"join('', ['{{first}}', '{{second}}'])"}""", "/expression", ProblemCodes.CredentialLiteral, first);
        Refused(ValueIn("/a", "Bearer {{input.x}}"), "/a", ProblemCodes.CredentialLiteral, null);
    }

    [Theory]
    [MemberData(nameof(Environment))]
    public void Refuses_references_to_the_environment(string text) => Refused(ValueIn("/a/b", text), "/a/b", ProblemCodes.EnvironmentReference, null);

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Refuses_references_to_secrets(string text) => Refused(ValueIn("/a/b", text), "/a/b", ProblemCodes.SecretReference, null);

    [Theory]
    [MemberData(nameof(Urls))]
    public void Refuses_credentials_in_urls(string text) => Refused(ValueIn("/a/b", text), "/a/b", ProblemCodes.UrlCredential, null);

    [Theory]
    [MemberData(nameof(Arguments))]
    public void Refuses_arguments_whose_names_say_that_they_are_credentials(string json, string pointer) => Refused(json, pointer, ProblemCodes.CredentialArgument, null);

    [Theory]
    [InlineData("""{"valueFrom":{"secretKeyRef":"crm"}}""", "/valueFrom/secretKeyRef")]
    [InlineData("""{"secret_arn":"x"}""", "/secret_arn")]
    [InlineData("""{"vault_path":"x"}""", "/vault_path")]
    public void Refuses_members_whose_names_point_into_a_secrets_manager(string json, string pointer) => Refused(json, pointer, ProblemCodes.SecretReference, null);

    [Fact]
    public void References_in_member_names_are_refused_too()
    {
        Refused("""{"a":{"${X}":1}}""", null, ProblemCodes.EnvironmentReference, null);
        Refused("""{"a":{"{{secrets.x}}":1}}""", null, ProblemCodes.SecretReference, null);
    }

    private static string Text(string text) => JsonSerializer.Serialize(text);

    private static string ValueIn(string pointer, string text)
    {
        var json = Text(text);
        foreach (var segment in pointer.Split('/').Skip(1).Reverse())
        {
            json = segment == "0" ? $"[{json}]" : $"{{\"{segment}\":{json}}}";
        }

        return json;
    }

    private static void Refused(string json, string? pointer, string code, string? secret)
    {
        var source = JsonSource.Parse("w.json", Encoding.UTF8.GetBytes(json), JsonDialect.Strict, [])!;
        var problems = CleanDefinitionCheck.Check(source).ToList();
        Assert.True(problems.Exists(problem => problem.Code == code && (pointer is null || problem.Pointer == pointer) && problem.Line > 0 && problem.Column > 0), $"{json} gave {string.Join("; ", problems)}");
        if (secret is not null)
        {
            Assert.All(problems, problem => Assert.DoesNotContain(secret[..Math.Min(10, secret.Length)], problem.ToString(), StringComparison.OrdinalIgnoreCase));
        }
    }
}
