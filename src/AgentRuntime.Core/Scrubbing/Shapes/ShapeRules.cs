using static AgentRuntime.Scrubbing.Shapes.ByteSets;

namespace AgentRuntime.Scrubbing.Shapes;

/// <summary>The table of rules. At one place the first that fits counts.</summary>
internal static class ShapeRules
{
    /// <summary>Our labels first, then tokens by their prefix, then what needs context.</summary>
    public static IReadOnlyList<ShapeRule> All { get; } = [new LabelRule(), .. Tokens(), .. Structures(), .. Assignments()];

    private static IEnumerable<ShapeRule> Tokens()
    {
        foreach (var letter in "pousr")
        {
            yield return new TokenRule("github-token", $"gh{letter}_", Word, 30);
        }

        yield return new TokenRule("github-token", "github_pat_", Word, 30);
        foreach (var prefix in new[] { "glpat-", "glptt-", "gldt-", "glrt-", "glcbt-", "glft-", "glsoat-", "glagent-", "glimt-" })
        {
            yield return new TokenRule("gitlab-token", prefix, WordDashDot, 20);
        }

        foreach (var prefix in new[] { "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xoxc-", "xoxd-", "xapp-" })
        {
            yield return new TokenRule("slack-token", prefix, WordDash, 16, mixed: true);
        }

        yield return new TokenRule("slack-webhook", "hooks.slack.com/services/", UrlPath, 30, mixed: true);
        foreach (var prefix in new[] { "sk_live_", "rk_live_", "sk_test_", "rk_test_", "whsec_" })
        {
            yield return new TokenRule("stripe-key", prefix, Base64, 16);
        }

        foreach (var prefix in new[] { "AKIA", "ASIA", "ABIA", "ACCA" })
        {
            yield return new TokenRule("aws-access-key", prefix, UpperDigits, 16, exact: 16, boundary: true);
        }

        yield return new TokenRule("google-api-key", "AIza", WordDash, 35, exact: 35);
        yield return new TokenRule("google-oauth", "GOCSPX-", WordDash, 20);
        yield return new TokenRule("google-oauth", "ya29.", WordDash, 20, boundary: true);
        yield return new TokenRule("anthropic-key", "sk-ant-", WordDash, 20, boundary: true);
        yield return new TokenRule("openai-key", "sk-proj-", WordDash, 20, boundary: true);
        yield return new TokenRule("openai-key", "sk-svcacct-", WordDash, 20, boundary: true);
        yield return new TokenRule("openai-key", "sk-admin-", WordDash, 20, boundary: true);
        yield return new TokenRule("openai-key", "sk-", WordDash, 32, boundary: true, mixed: true);
        yield return new TokenRule("npm-token", "npm_", Alnum, 30);
        yield return new TokenRule("pypi-token", "pypi-AgE", WordDash, 40);
        yield return new SendGridRule();
        foreach (var digit in "0123456789abcdef")
        {
            yield return new TokenRule("twilio-key", $"SK{digit}", Hex, 32, exact: 32, boundary: true, mixed: true, skip: 1);
        }

        foreach (var prefix in new[] { "hvs.", "hvb.", "hvr." })
        {
            yield return new TokenRule("vault-token", prefix, WordDash, 20, boundary: true);
        }

        foreach (var first in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        {
            yield return new TokenRule("vault-token", $"s.{first}", Alnum, 24, exact: 24, boundary: true, mixed: true, skip: 1);
        }

        foreach (var (kind, prefix, min) in new[]
        {
            ("digitalocean-token", "dop_v1_", 40), ("digitalocean-token", "doo_v1_", 40), ("digitalocean-token", "dor_v1_", 40), ("huggingface-token", "hf_", 30),
            ("linear-key", "lin_api_", 30), ("notion-token", "ntn_", 30), ("shopify-token", "shpat_", 24), ("shopify-token", "shpss_", 24), ("shopify-token", "shpca_", 24),
            ("shopify-token", "shppa_", 24), ("square-token", "sq0atp-", 20), ("square-token", "sq0csp-", 20), ("age-key", "AGE-SECRET-KEY-1", 40),
            ("databricks-token", "dapi", 32), ("planetscale-token", "pscale_tkn_", 24), ("planetscale-token", "pscale_pw_", 24), ("postman-key", "PMAK-", 40),
            ("grafana-token", "glsa_", 30), ("newrelic-key", "NRAK-", 24), ("atlassian-token", "ATATT3", 40), ("bitbucket-token", "ATBB", 28), ("docker-token", "dckr_pat_", 20),
            ("supabase-token", "sbp_", 32), ("supabase-token", "sb_secret_", 20), ("netlify-token", "nfp_", 30), ("replicate-token", "r8_", 30), ("groq-key", "gsk_", 40),
            ("perplexity-key", "pplx-", 32), ("xai-key", "xai-", 40), ("heroku-token", "HRKU-", 30), ("pulumi-token", "pul-", 36), ("rubygems-key", "rubygems_", 40),
            ("sentry-token", "sntrys_", 30), ("sentry-token", "sntryu_", 30), ("tailscale-key", "tskey-", 20), ("figma-token", "figd_", 30), ("nuget-key", "oy2", 40),
            ("doppler-token", "dp.pt.", 30), ("doppler-token", "dp.st.", 30), ("mailgun-key", "key-", 32),
        })
        {
            yield return new TokenRule(kind, prefix, WordDash, min, boundary: true, mixed: true);
        }
    }

    private static IEnumerable<ShapeRule> Structures() =>
    [
        new PemRule(),
        new JwtRule(),
        new UrlRule(),
        new AuthorizationRule("bearer"),
        new AuthorizationRule("basic"),
        new TokenRule("azure-key", "AccountKey=", Base64, 40),
        new TokenRule("azure-key", "SharedAccessKey=", Base64, 40),
        new TokenRule("azure-sas", "&sig=", Base64Percent, 30),
        new TokenRule("azure-sas", "?sig=", Base64Percent, 30),
    ];

    private static IEnumerable<ShapeRule> Assignments()
    {
        foreach (var word in new[]
        {
            "password", "passwd", "passphrase", "secret", "api_key", "apikey", "api-key", "access_key", "accesskey", "access-key", "private_key", "privatekey",
            "encryption_key", "encryptionkey", "signing_key", "signingkey", "master_key", "masterkey", "client_secret", "sharedaccesskey", "accountkey",
        })
        {
            yield return new AssignmentRule(word, boundary: false, strong: true);
        }

        foreach (var prefix in new[] { "access", "auth", "api", "refresh", "bot", "session", "bearer", "security", "vault", "deploy", "private", "id" })
        {
            yield return new AssignmentRule(prefix + "_token", boundary: false, strong: false);
            yield return new AssignmentRule(prefix + "-token", boundary: false, strong: false);
            yield return new AssignmentRule(prefix + "token", boundary: false, strong: false);
        }

        yield return new AssignmentRule("token", boundary: true, strong: false);
        yield return new AssignmentRule("pwd", boundary: true, strong: true);
    }
}
