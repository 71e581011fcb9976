using System.Text;
using AgentRuntime.Scrubbing;
using CsCheck;

namespace AgentRuntime.Core.Tests.Scrubbing;

public sealed class CredentialShapesTests
{
    private const string Alnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static TheoryData<string, string> Shapes => new(Samples().Select(sample => (sample.Kind, sample.Text)).ToArray());

    public static TheoryData<string> Ordinary => new(OrdinaryLines.All);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Finds_the_shape(string kind, string text)
    {
        var line = $"before {text} after";
        var match = Assert.Single(CredentialShapes.Find(line));
        Assert.Equal(kind, match.Kind);
        var clean = new Scrubber(new ScrubberOptions()).Scrub(line);
        Assert.Matches($@"\[redacted:shape:{kind}:[0-9a-f]{{12}}\]", clean);
        Assert.DoesNotContain(line.Substring(match.Start, match.Length), clean, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ordinary))]
    public void Leaves_ordinary_lines_alone(string line)
    {
        Assert.Empty(CredentialShapes.Find(line));
        Assert.Same(line, new Scrubber(new ScrubberOptions()).Scrub(line));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_chunking_gives_the_same_output(string kind, string text)
    {
        var scrubber = new Scrubber(new ScrubberOptions());
        var whole = $"{kind}: {text}\n{text} {text}, end";
        var expected = scrubber.Scrub(whole);
        Gen.Int[1, 40].Array[0, 60].Sample(
            sizes => ScrubbingSamples.Streamed(scrubber, whole, sizes) == expected,
            iter: 50);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Finds_the_shape_encoded_twice(string kind, string text)
    {
        if (kind is "assigned-secret" or "url-password" or "private-key")
        {
            Assert.NotEmpty(CredentialShapes.FindDecoded(text));
            return;
        }

        var once = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        var twice = Convert.ToBase64String(Encoding.UTF8.GetBytes(once));
        Assert.Equal(kind, Assert.Single(CredentialShapes.FindDecoded($"x {once} y")).Kind);
        Assert.Equal(kind, Assert.Single(CredentialShapes.FindDecoded($"x {twice} y")).Kind);
    }

    [Fact]
    public void A_private_key_without_an_end_is_redacted_to_its_last_line()
    {
        var text = "-----BEGIN RSA PRIVATE" + " KEY-----\n" + Random(64, 7) + "\n" + Random(64, 8) + "\n\"rest\"";
        var clean = new Scrubber(new ScrubberOptions()).Scrub(text);
        Assert.Matches("^\\[redacted:shape:private-key:[0-9a-f]{12}\\]\"rest\"$", clean);
    }

    [Fact]
    public void A_random_run_is_reported_only_when_strict()
    {
        var text = "x-custom " + Random(40, 5);
        Assert.Empty(CredentialShapes.FindDecoded(text));
        Assert.Equal("high-entropy", Assert.Single(CredentialShapes.FindDecoded(text, strict: true)).Kind);
    }

    [Fact]
    public void The_fingerprint_depends_on_the_key_and_on_the_value()
    {
        var token = "gh" + "p_" + Random(36, 1);
        string Scrub(byte fill, string text) => new Scrubber(new ScrubberOptions { FingerprintKey = [.. Enumerable.Repeat(fill, 32)] }).Scrub(text);
        Assert.Equal(Scrub(1, token), Scrub(1, token));
        Assert.NotEqual(Scrub(1, token), Scrub(2, token));
        Assert.NotEqual(Scrub(1, token), Scrub(1, "gh" + "p_" + Random(36, 2)));
    }

    [Fact]
    public void Positions_are_in_characters()
    {
        var token = "gh" + "p_" + Random(36, 1);
        var match = Assert.Single(CredentialShapes.Find($"é€😀 {token} ü"));
        Assert.Equal(5, match.Start);
        Assert.Equal(token.Length, match.Length);
    }

    private static IEnumerable<(string Kind, string Text)> Samples()
    {
        yield return ("github-token", "gh" + "p_" + Random(36, 1));
        yield return ("github-token", "github" + "_pat_" + Random(60, 2));
        yield return ("gitlab-token", "glp" + "at-" + Random(20, 3));
        yield return ("slack-token", "xox" + "b-" + Random(40, 4));
        yield return ("stripe-key", "sk_" + "live_" + Random(24, 5));
        yield return ("aws-access-key", "AK" + "IA" + Random(16, 6).ToUpperInvariant());
        yield return ("google-api-key", "AI" + "za" + Random(35, 7));
        yield return ("anthropic-key", "sk-" + "ant-api03-" + Random(80, 8));
        yield return ("openai-key", "sk-" + "proj-" + Random(60, 9));
        yield return ("openai-key", "sk-" + Random(48, 10));
        yield return ("npm-token", "np" + "m_" + Random(36, 11));
        yield return ("sendgrid-key", "S" + "G." + Random(22, 12) + "." + Random(43, 13));
        yield return ("vault-token", "hv" + "s." + Random(24, 14));
        yield return ("vault-token", "s" + "." + Random(24, 15));
        yield return ("twilio-key", "S" + "K" + Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Random(16, 16))));
        yield return ("jwt", Base64Url("{\"alg\":\"HS256\"}") + "." + Base64Url("{\"sub\":\"someone\"}") + "." + Random(43, 17));
        yield return ("bearer-credential", "Authorization: Bearer " + Random(32, 18));
        yield return ("basic-credential", "Authorization: Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("app:" + Random(12, 19))));
        yield return ("azure-key", "Account" + "Key=" + Random(86, 20) + "==");
        yield return ("azure-sas", "?sv=1&s" + "ig=" + Random(43, 21) + "%3D");
        yield return ("url-password", "postgres://app:" + Random(12, 22) + "@db.internal/app");
        yield return ("assigned-secret", "DB_PASSWORD=" + Random(12, 23));
        yield return ("assigned-secret", "\"api_key\": \"" + Random(24, 24) + "\"");
        yield return ("assigned-secret", "clientSecret: '" + Random(24, 25) + "'");
        yield return ("assigned-secret", "{\\\"password\\\":\\\"" + Random(14, 26) + "\\\"}");
        yield return ("private-key", "-----BEGIN PRIVATE" + " KEY-----\\n" + Random(64, 27) + "\\n-----END PRIVATE" + " KEY-----");
    }

    // Random-looking, the same in every run, with a letter and a digit at the front.
    private static string Random(int length, int seed)
    {
        var random = new System.Random(seed);
        return "a7" + string.Concat(Enumerable.Range(0, length - 2).Select(_ => Alnum[random.Next(Alnum.Length)]));
    }

    private static string Base64Url(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
