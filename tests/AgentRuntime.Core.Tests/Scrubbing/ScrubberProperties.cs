using System.Text;
using System.Text.Json;
using AgentRuntime.Scrubbing;
using AgentRuntime.TestKit.Leaks;
using CsCheck;
using static AgentRuntime.Core.Tests.Scrubbing.ScrubbingSamples;

namespace AgentRuntime.Core.Tests.Scrubbing;

public sealed class ScrubberProperties
{
    private static readonly Gen<string> Around = Gen.Char[" abcXYZ0189{}[]\":,=&/+-_.\n"].Array[0, 40].Select(chars => new string(chars));
    private static readonly Gen<string> Secret = Gen.Char[(char)0x21, (char)0x7e].Array[18, 60].Select(chars => new string(chars)).Where(text => text.Distinct().Count() >= 10);
    private static readonly Gen<int[]> Sizes = Gen.Int[1, 30].Array[0, 40];

    [Fact]
    public void No_form_in_any_surroundings_and_any_chunks_leaves_a_trace() =>
        Gen.Select(Secret, Around, Around, Gen.Int[0, Writers.Length - 1], Sizes).Sample(
            (secret, before, after, form, sizes) =>
            {
                var scrubber = Knowing(secret);
                var hay = before + Writers[form](secret, before, after) + after;
                var clean = scrubber.Scrub(hay);
                Assert.Contains(Label, clean, StringComparison.Ordinal);
                Assert.Empty(new LeakDetector(("value", secret)).Search(clean));
                Assert.Equal(clean, Streamed(scrubber, hay, sizes));
                Assert.Same(clean, scrubber.Scrub(clean));
            },
            iter: 400);

    [Fact]
    public void No_form_that_is_wrapped_into_lines_of_any_length_leaves_a_trace() =>
        Gen.Select(Secret, Around, Gen.Int[0, Writers.Length - 1], Gen.Int[1, 80], Gen.Bool, Sizes).Sample(
            (secret, around, form, width, windows, sizes) =>
            {
                var scrubber = Knowing(secret);
                var written = around.Replace("\n", " ", StringComparison.Ordinal) + Writers[form](secret, around, around);
                var hay = string.Join(windows ? "\r\n" : "\n", written.Chunk(width).Select(line => new string(line)));
                var clean = scrubber.Scrub(hay);
                Assert.Contains(Label, clean, StringComparison.Ordinal);
                Assert.Empty(new LeakDetector(("value", secret)).Search(clean));
                Assert.Equal(clean, Streamed(scrubber, hay, sizes));
                Assert.Same(clean, scrubber.Scrub(clean));
            },
            iter: 400);

    [Fact]
    public void A_stream_equals_the_whole_text_with_line_breaks_anywhere_and_values_that_share_pieces() =>
        Gen.Select(Gen.Char["ab1/"].Array[4, 40].Array[1, 6], Gen.Char["ab1/\r\n"].Array[0, 300], Sizes).Sample(
            (values, text, sizes) =>
            {
                var secrets = values.Select(value => new string(value)).Distinct().ToArray();
                var scrubber = Knowing(secrets);
                var hay = new string(text) + string.Join('\n', secrets[0].ToCharArray()) + new string(text[..(text.Length / 2)]) + secrets[^1][..(secrets[^1].Length / 2)];
                Assert.Equal(scrubber.Scrub(hay), Streamed(scrubber, hay, sizes));
            },
            iter: 400);

    [Fact]
    public void A_stream_equals_the_whole_text_with_many_values_that_share_pieces() =>
        Gen.Select(Gen.Char["ab1/"].Array[4, 40].Array[1, 6], Gen.Char["ab1/"].Array[0, 300], Sizes).Sample(
            (values, text, sizes) =>
            {
                var secrets = values.Select(value => new string(value)).Distinct().ToArray();
                var scrubber = Knowing(secrets);
                var hay = new string(text) + secrets[0] + new string(text[..(text.Length / 2)]) + secrets[^1][..(secrets[^1].Length / 2)];
                Assert.Equal(scrubber.Scrub(hay), Streamed(scrubber, hay, sizes));
            },
            iter: 400);

    [Fact]
    public void Bytes_that_are_no_text_pass_unchanged_through_a_stream() =>
        Gen.Select(Gen.Byte.Array[0, 500], Sizes).Sample(
            (bytes, sizes) => Assert.Equal(bytes, Streamed(Knowing("k3Hq8ZrT1mVw5YxP7nBc2JdF"), bytes, sizes)),
            iter: 200);

    [Fact]
    public void Json_stays_valid_and_holds_no_trace_wherever_the_value_stands() =>
        Gen.Select(Secret, Around, Gen.Int[0, 5], Gen.Int[1, 15]).Sample(
            (secret, around, place, cut) =>
            {
                var scrubber = Knowing(secret);
                var json = JsonSerializer.SerializeToElement<object>(place switch
                {
                    0 => new Dictionary<string, object> { [around + secret] = 1 },
                    1 => new object[] { around, new { a = new { b = around + secret } } },
                    2 => new { text = secret[..cut], more = secret[cut..] },
                    3 => new[] { new { type = "text", text = around + secret[..cut] }, new { type = "text", text = secret[cut..] + around } },
                    4 => new[] { secret[..5], secret[5..10], secret[10..] },
                    _ => JsonSerializer.Serialize(new { inner = Convert.ToBase64String(Encoding.UTF8.GetBytes(around + secret)) }),
                });
                var clean = scrubber.Scrub(json).Element.GetRawText();
                using var parsed = JsonDocument.Parse(clean);
                var joined = string.Concat(Strings(parsed.RootElement));
                Assert.Empty(new LeakDetector(("value", secret)).Search(clean));
                Assert.DoesNotContain(secret, joined, StringComparison.Ordinal);
                Assert.Contains(Label, clean, StringComparison.Ordinal);
                Assert.Equal(clean, scrubber.Scrub(parsed.RootElement).Element.GetRawText());
            },
            iter: 200);

    [Fact]
    public void Clean_text_comes_back_as_the_same_reference() =>
        Around.Array[0, 20].Sample(parts =>
        {
            var text = string.Concat(parts);
            Assert.Same(text, Knowing("k3Hq8ZrT1mVw5YxP7nBc2JdF").Scrub(text));
        }, iter: 200);

    private static readonly Func<string, string, string, string>[] Writers =
    [
        (secret, _, _) => secret,
        (secret, _, _) => secret[..^1],
        (secret, _, _) => secret[1..] + secret,
        (secret, before, after) => Convert.ToBase64String(Encoding.UTF8.GetBytes(before + secret + after)),
        (secret, before, after) => Convert.ToBase64String(Encoding.UTF8.GetBytes(before + secret + after)).Replace('+', '-').Replace('/', '_').TrimEnd('='),
        (secret, _, after) => Convert.ToBase64String(Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)) + after)),
        (secret, _, _) => Convert.ToBase64String(Encoding.Unicode.GetBytes(secret)),
        (secret, _, _) => Convert.ToHexString(Encoding.UTF8.GetBytes(secret)),
        (secret, _, _) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)),
        (secret, _, _) => BitConverter.ToString(Encoding.UTF8.GetBytes(secret)),
        (secret, _, _) => string.Concat(Encoding.UTF8.GetBytes(secret).Select(b => $"\\x{b:x2}")),
        (secret, _, _) => string.Concat(secret.Select(c => $"\\u{(int)c:X4}")),
        (secret, before, _) => JsonSerializer.Serialize(before + secret),
        (secret, _, _) => JsonSerializer.Serialize(JsonSerializer.Serialize(secret)),
        (secret, before, _) => Uri.EscapeDataString(before + secret),
        (secret, before, _) => System.Net.WebUtility.UrlEncode(before + secret),
        (secret, before, _) => System.Net.WebUtility.HtmlEncode(before + secret),
        (secret, _, _) => "'" + secret.Replace("'", "'\\''") + "'",
    ];

    private static IEnumerable<string> Strings(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Strings(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Strings),
        JsonValueKind.String => [json.GetString()!],
        _ => [],
    };
}
