using System.Text;

namespace AgentRuntime.Core.Tests.Workflows.Clean;

/// <summary>Credential-shaped values, put together when a test runs, so that the repository holds none.</summary>
internal static class MadeUp
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string Random(int length, int seed = 1, string? alphabet = null)
    {
        alphabet ??= Letters;
        var random = new Random(seed);
        return string.Concat(Enumerable.Range(0, length).Select(_ => alphabet[random.Next(alphabet.Length)]));
    }

    public static string GitHub => "gh" + "p_" + Random(36);

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public static string Percent(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => $"%{b:X2}"));

    public static IEnumerable<string> All()
    {
        yield return GitHub;
        yield return "github" + "_pat_" + Random(60, 2);
        yield return "gl" + "pat-" + Random(20, 3);
        yield return "xo" + "xb-" + Random(30, 4);
        yield return "sk_" + "live_" + Random(24, 5);
        yield return "sk-" + "proj-" + Random(48, 6);
        yield return "AK" + "IA" + Random(16, 7, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
        yield return "AI" + "za" + Random(35, 8);
        yield return "np" + "m_" + Random(36, 9);
        yield return "hv" + "s." + Random(24, 10);
        yield return "S" + "G." + Random(22, 11) + "." + Random(43, 12);
        yield return Base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}").TrimEnd('=') + "." + Base64("{\"sub\":\"1234567890\"}").TrimEnd('=') + "." + Random(43, 13);
        yield return "-----BEGIN " + "RSA PRIVATE KEY-----\n" + Random(64, 14) + "\n" + Random(64, 15) + "\n-----END " + "RSA PRIVATE KEY-----";
        yield return "Bea" + "rer " + Random(40, 16);
        yield return "Basic " + Base64("admin:" + Random(12, 17));
        yield return Random(40, 18);
        yield return Random(64, 19);
        yield return Random(44, 20) + "=";
        yield return Random(36, 21, "abcdefghijklmnopqrstuvwxyz0123456789");
    }
}
