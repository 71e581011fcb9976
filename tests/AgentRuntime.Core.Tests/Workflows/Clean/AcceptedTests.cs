using System.Text;
using System.Text.Json;
using AgentRuntime.Json;
using AgentRuntime.Workflows.Clean;
using CsCheck;

namespace AgentRuntime.Core.Tests.Workflows.Clean;

public sealed class AcceptedTests
{
    public static TheoryData<string> Texts => new(
        "It costs $5.", "$5", "$5,000.00 per month", "US$ 20", "USD 100", "100%", "50% off, then 20% more", "5%A and 6%B", "a $ sign", "$", "%", "%%", "LIKE '%smith%'", "%d of %s", "%Y-%m-%d %H:%M:%S", "https://example.com/a%20b%C3%A9?q=%2Fx%2F",
        "https://example.com/path?page=2&limit=10", "https://example.com/a/b#section", "https://medium.com/@maria/how-to", "mailto:maria@example.com", "maria@example.com", "git@github.com:acme/repo.git", "https://example.com:8443/x",
        "https://example.com/v1/items?next_page_token={{steps.a.result.next_page_token}}", "{{input.customer}}", "{{steps.find.result.id}}", "{{input.a | \"none\" | omit}}", "Hello {{input.name}}, welcome!", "{{run.run_id}}", "{{item}}", "{{body.inner.x}}",
        "{{steps.vault-report.result.x}}", "{{input.environment}}", "{{input.secretary}}", "env", "environment: production", "env:prod", "env:staging,team:crm", "The environment is production.", "Ask for the password at the desk.", "Your token of appreciation", "secret santa: bring a gift",
        "vault: the old one", "the vault is closed", "keyring with three keys", "a secret/data protection notice", "our secret data", "Password reset instructions", "password policy: at least 12 characters", "Authorization: see the policy", "Basic knowledge of Spanish", "Bearer of good news",
        "550e8400-e29b-41d4-a716-446655440000", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "commit 9fceb02d0ae598e95dc970b74767f19372d61af8", "run_01jdz3n4q5r6s7t8v9w0x1y2z3", "cus_NffrFeUfNV2Hib", "D-310", "INV-2024-000123",
        "find_customer_by_email_address_and_region", "getCustomerByEmailAddressAndRegionAndCountryCode", "the-quick-brown-fox-jumps-over-the-lazy-dog-2024", "reports/2024/quarterly/EMEA/Northern-Region/final-v2.pdf", "/Users/shared/Documents/Quarterly-Report-2024-Final-Version.pdf",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "00000000000000000000000000000000", "1234567890123456789012345678901234567890", "2024-11-23T23:00:00.000Z/2024-11-24T23:00:00.000Z", "^[A-Z]{3}-[0-9]{4}$", "^(a|b)$", "$.store.book[*].author", "$.items[?(@.price > 10)]",
        "steps.customer.result.status == 'active' && steps.assess.result.count > `0`", "{ invoices: steps.a.result.invoices, total: sum(steps.a.result.invoices[].amount) }", "sort_by(items, &date)[0].id", "SELECT * FROM users WHERE password_changed_at < now()", "SELECT id FROM t WHERE a = $1", "query($id: ID!) { node(id: $id) { name } }",
        "Kind regards,\nthe billing team", "tasks-{{input.id}}", "desk-{{input.id}}", "risk-{{input.id}}", "sk-SK", "The API key rotation policy applies.", "projects/alpha/tasks", "arn:aws:s3:::bucket/key", "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk", "C++ and C#", "a=b&c=d", "x == y", "Kubernetes operator pattern", "Ke$ha", "op: replace", "pass: true", "PATH", "Temperature 20% above",
        "https://docs.google.com/document/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgVE2upms/edit", "Zürich, Österreich, 東京", "Donaudampfschifffahrtsgesellschaftskapitänsmützen", "no env vars are used here", "a %-escape", "Set-up of the key account", "key=value", "?q=find&sort=asc");

    public static TheoryData<string> Documents => new(
        """{"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"x","$ref":"#/$defs/a","$defs":{"a":{"type":"string"}}}""",
        """{"filter":{"$gt":5,"$set":{"a":1},"$elemMatch":{"b":2}}}""",
        """{"max_tokens":512,"tokens":3,"token_count":9,"next_page_token":"abc","page_token":"x","sync_token":"y","continuation_token":"z"}""",
        """{"password":null,"secret":"","token":false,"api_key":[],"authorization":true,"access_token":{}}""",
        """{"input_schema":{"type":"object","properties":{"password":{"type":"string","description":"Not used."},"token":{"type":"integer"}},"required":["password"]}}""",
        """{"key":"status","keys":["a","b"],"primary_key":"id","foreign_key":"customer_id","sort_key":"date","author":"maria","authority":"x","auth_type":"none","signature_required":true,"session":"morning","secretary":"Ana","passenger":"Bo","compass":"N"}""",
        """{"headers":[{"name":"Accept","value":"application/json"}],"name":"token","type":"string"}""",
        """{"commit":"9fceb02d0ae598e95dc970b74767f19372d61af8","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","checksum":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}""",
        """{"a":["gh","prs"],"b":["one","two","three"]}""",
        """{"password":0.5e0,"count":12345678901234567890}""".Replace("\"password\":0.5e0,", string.Empty));

    [Theory]
    [MemberData(nameof(Texts))]
    public void Ordinary_texts_pass(string text) => Passes($$"""{"tool_args":{"a":{{JsonSerializer.Serialize(text)}} } }""");

    [Theory]
    [MemberData(nameof(Documents))]
    public void Ordinary_documents_pass(string json) => Passes(json);

    [Fact]
    public void Sentences_of_ordinary_words_pass()
    {
        string[] words = ["invoice", "customer", "overdue", "remind", "Brightwater", "2024", "payment", "the", "is", "EUR", "number", "D-310", "Monday", "refund", "Report", "v2", "north", "id", "key", "account"];
        Gen.Int[0, words.Length - 1].Select(i => words[i]).Array[1, 30].Sample(list => Passes($$"""{"a":"{{string.Join(' ', list)}}","b":"{{string.Join('-', list)}}","c":"{{string.Join('_', list)}}"}"""), iter: 500);
    }

    [Fact]
    public void Random_keys_are_told_from_words_nearly_always()
    {
        var missed = Enumerable.Range(0, 2000).Count(seed => !Randomness.HasRandomLiteral(MadeUp.Random(32 + (seed % 32), seed), null));
        Assert.True(missed < 40, $"{missed} of 2000 random keys pass");
    }

    private static void Passes(string json)
    {
        var source = JsonSource.Parse("w.json", Encoding.UTF8.GetBytes(json), JsonDialect.Strict, [])!;
        Assert.Empty(CleanDefinitionCheck.Check(source));
    }
}
